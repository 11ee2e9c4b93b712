import { chosenNames } from './names.ts';
import { Cli, type Place } from './program.ts';
import * as render from './render.ts';

/** Reads what nobody changes. */
function addReaders(cli: Cli): void {
  cli.command('status', 'how HEAD, releases, tags and pins stand to each other', false).action((options) =>
    cli.run(options, async (umbrella) => {
      const { statusReport } = await import('../commands/status.ts');
      return render.renderStatus(await statusReport(umbrella));
    }),
  );
  cli
    .command('verify', 'hold the pins against manifest, tags, history, each other and the contract', false)
    .action((options) =>
      cli.run(options, async (umbrella) => {
        const { verifyPins } = await import('../commands/verify.ts');
        return render.renderVerify(await verifyPins(umbrella));
      }),
    );
}

function addReleases(cli: Cli): void {
  cli
    .command('release [library]', 'release a library, or all that have something new', true)
    .option('--all', 'all libraries, each after those that it needs')
    .option('--first <version>', 'the version of a library that has no release yet')
    .option('--as <version>', 'this version, whatever the commits ask for')
    .option('--branch <name>', 'the branch on which releases are made', 'main')
    .option('--sign', 'sign the tag; the default when git has a signing key')
    .option('--no-sign', 'leave the tag unsigned')
    .addHelpText(
      'after',
      '\n  npm run umbrella -- release tau-core\n  npm run umbrella -- release --all --first 0.1.0 --yes',
    )
    .action((library, options) =>
      cli.run(options, async (umbrella) => {
        const { releaseLibraries } = await import('../commands/release.ts');
        const apply = options.yes === true;
        const report = await releaseLibraries(umbrella, {
          libraries: chosenNames(umbrella, library, options),
          first: options.first,
          version: options.as,
          branch: options.branch,
          sign: options.sign,
          apply,
        });
        return render.renderRelease(report, apply);
      }),
    );
  cli.command('tags', 'make the tags that the manifest records and this clone lacks', true).action((options) =>
    cli.run(options, async (umbrella) => {
      const { recreateTags } = await import('../commands/tags.ts');
      return render.renderTags(await recreateTags(umbrella, options.yes === true), options.yes === true);
    }),
  );
}

function addPins(cli: Cli): void {
  const move = async (
    umbrella: Parameters<typeof chosenNames>[0],
    wanted: ReadonlyMap<string, string | undefined>,
    options: { yes?: boolean; offline?: boolean },
  ) => {
    const { movePins } = await import('../commands/pin.ts');
    const apply = options.yes === true;
    return render.renderPin(await movePins(umbrella, { wanted, offline: options.offline === true, apply }), apply);
  };
  cli
    .command('pin [library] [version]', 'pin a library at a release, or all at their newest ones', true)
    .option('--all', 'all libraries')
    .option('--offline', 'do not ask whether a published release is on its remote')
    .addHelpText('after', '\n  npm run umbrella -- pin tau-core 0.1.0 --yes')
    .action((library, version, options) =>
      cli.run(options, (umbrella) => {
        const names = chosenNames(umbrella, library, options);
        return move(umbrella, new Map(names.map((name) => [name, version])), options);
      }),
    );
  cli
    .command('bump', 'pin all libraries that have a newer release, in one commit', true)
    .option('--offline', 'do not ask whether a published release is on its remote')
    .action((options) =>
      cli.run(options, async (umbrella) => {
        const { outdated } = await import('../commands/pin.ts');
        return move(umbrella, outdated(umbrella), options);
      }),
    );
  cli.command('init', 'check the pins out as submodules, from this clone alone where it can', true).action((options) =>
    cli.run(options, async (umbrella) => {
      const { initPins } = await import('../commands/init.ts');
      return render.renderInit(await initPins(umbrella, options.yes === true), options.yes === true);
    }),
  );
}

function addDelivery(cli: Cli, place: Place): void {
  cli
    .command('publish', 'give each pinned library a repository of its own on GitHub', true)
    .requiredOption('--org <name>', 'the organization, or your own account')
    .option('--api-url <url>', "GitHub's API", 'https://api.github.com')
    .option('--remote-base <url>', 'where git reaches the repositories', 'https://github.com')
    .option('--umbrella <name>', "the umbrella's repository there; the name of this clone's remote by default")
    .option('--branch <name>', 'the branch that the pull request goes to', 'main')
    .addHelpText('after', '\n  GITHUB_TOKEN=$(gh auth token) npm run umbrella -- publish --org my-org --yes')
    .action((options) =>
      cli.run(options, async (umbrella) => {
        const { publishLibraries } = await import('../publish/publish.ts');
        const apply = options.yes === true;
        const report = await publishLibraries(umbrella, { ...options, env: place.env, apply });
        return render.renderPublish(report, apply);
      }),
    );
  cli
    .command('bundle', 'a source archive with the pinned libraries inside', true)
    .option('--output <file>', 'the file to write; tau-<commit>.tar.gz by default')
    .action((options) =>
      cli.run(options, async (umbrella) => {
        const { bundleSources } = await import('../commands/bundle.ts');
        const apply = options.yes === true;
        const report = await bundleSources(umbrella, { output: options.output, folder: place.folder, apply });
        return render.renderBundle(report, apply);
      }),
    );
}

/** Runs one command of the umbrella; the exit code. */
export function runUmbrella(args: readonly string[], place: Place): Promise<number> {
  const cli = new Cli(place);
  addReaders(cli);
  addReleases(cli);
  addPins(cli);
  addDelivery(cli, place);
  return cli.parse(args);
}
