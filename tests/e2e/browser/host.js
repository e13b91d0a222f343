// A Matrix client as far as a room widget sees it: it fills in the widget's address as Element does,
// shows it in the page's frame, and says who its person is when the widget asks.
import { ClientWidgetApi, OpenIDRequestState, Widget, WidgetDriver } from "matrix-widget-api";

class Driver extends WidgetDriver {
  constructor(openid) {
    super();
    this.openid = openid;
  }

  async validateCapabilities(requested) {
    return requested;
  }

  askOpenID(observer) {
    observer.update({ state: OpenIDRequestState.PendingUserConfirmation });
    setTimeout(() => observer.update({ state: OpenIDRequestState.Allowed, token: this.openid }));
  }
}

window.showWidget = (content, room, person, openid) => {
  const widget = new Widget(content);
  const parameters = { widgetRoomId: room, currentUserId: person, clientTheme: "dark" };
  const url = new URL(widget.getCompleteUrl(parameters, person));
  url.searchParams.set("widgetId", widget.id);
  url.searchParams.set("parentUrl", location.href.split("#")[0]);
  const frame = document.querySelector("iframe");
  frame.src = url.href;
  window.client = new ClientWidgetApi(widget, frame, new Driver(openid));
};
