/** The one thing kept in the host page: that a chat is open, and whether its panel was. */

export interface Flag {
  /** null: no chat; otherwise whether the panel was open. */
  read(): boolean | null;
  /** null removes the flag. */
  keep(panelOpen: boolean | null): void;
}

export function openFlag(service: string): Flag {
  const name = `helproom:${service}`;
  // Storage may be blocked; then a reload starts with a closed panel, and nothing else is lost.
  const trying = <T>(run: () => T): T | null => {
    try {
      return run();
    } catch {
      return null;
    }
  };
  return {
    read: () => trying(() => JSON.parse(localStorage[name] as string) as boolean),
    keep: (panelOpen) => {
      trying(() => (panelOpen === null ? delete localStorage[name] : (localStorage[name] = panelOpen)));
    },
  };
}
