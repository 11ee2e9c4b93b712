// The preset brings no types of its own.
declare module 'conventional-changelog-conventionalcommits' {
  const createPreset: (config: object) => { readonly parser: object; readonly writer: object };
  export = createPreset;
}
