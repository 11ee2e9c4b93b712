/** One page of a listing. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Items that a listing gives unless the caller names another number: a screenful many times over, not a memory full. */
const LIMIT_DEFAULT = 1_000;
/** Items asked for at once; the kernel may give fewer. */
const PAGE_SIZE_MAX = 500;

/** The first `limit` items of a listing, page by page. */
export async function collectPages<Item>(
  limit: number | undefined,
  fetchPage: (pageSize: number, pageToken: string) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const wanted = limit ?? LIMIT_DEFAULT;
  const items: Item[] = [];
  let pageToken = '';
  while (items.length < wanted) {
    const page = await fetchPage(Math.min(wanted - items.length, PAGE_SIZE_MAX), pageToken);
    for (const item of page.items) items.push(item);
    if (page.nextPageToken === '' || page.items.length === 0) break;
    pageToken = page.nextPageToken;
  }
  return items.slice(0, wanted);
}
