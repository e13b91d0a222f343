/** The Matrix client around us, by matrix-widget-api: it tells on request who the person is. Loaded only in a widget. */

import { WidgetApi } from 'matrix-widget-api';
import type { OpenIdToken } from '../core/api';
import { number, object, text } from '../wire/json';
import type { WidgetAddress } from './parent';

export interface Client {
  openId(): Promise<OpenIdToken>;
}

export function openClient({ widgetId, origin }: WidgetAddress): Client {
  const api = new WidgetApi(widgetId, origin);
  api.start();
  // A client that waits for the frame itself refuses this; both is well.
  api.sendContentLoaded().catch(() => undefined);
  return {
    async openId() {
      const json = object(await api.requestOpenIDConnectToken());
      const [token, server] = [text(json.access_token), text(json.matrix_server_name)];
      if (!token || !server) throw new Error('the client gave no token');
      return { access_token: token, token_type: text(json.token_type) ?? 'Bearer', matrix_server_name: server, expires_in: number(json.expires_in) ?? 0 };
    },
  };
}
