// Live reload of the preview. Injected by `meshfolio serve`; never part of a built site.
(() => {
  "use strict";
  const own = document.currentScript.dataset.generation;
  const key = "meshfolio-preview-scroll";
  let events = null;
  let overlay = null;
  let wasLost = false;

  const reload = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify([location.pathname + location.search, scrollX, scrollY]));
    } catch {
      // Without storage the page starts at its top.
    }
    location.reload();
  };

  const restore = () => {
    try {
      const [place, x, y] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
      sessionStorage.removeItem(key);
      if (place === location.pathname + location.search) scrollTo(x, y);
    } catch {
      // As above.
    }
  };

  const hide = () => {
    overlay?.remove();
    overlay = null;
  };

  const show = (text) => {
    hide();
    overlay = document.createElement("div");
    overlay.id = "meshfolio-preview-failure";
    overlay.setAttribute("role", "alert");
    const head = document.createElement("strong");
    head.textContent = "The last change cannot be built; this is the page before it.";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Hide";
    close.addEventListener("click", hide);
    const report = document.createElement("pre");
    report.tabIndex = 0;
    report.textContent = text;
    overlay.append(head, close, report);
    document.body.append(overlay);
  };

  const connect = () => {
    if (events) return;
    events = new EventSource("/-/events");
    events.addEventListener("reload", (event) => {
      // After a lost connection the server may be another one, which counts anew.
      if (event.data !== own || wasLost) reload();
    });
    events.addEventListener("failure", (event) => {
      const text = JSON.parse(event.data);
      if (text === null) hide();
      else show(text);
    });
    events.addEventListener("error", () => {
      wasLost = true;
    });
  };

  // A browser opens six connections to a server; hidden tabs must not take them all.
  const followVisibility = () => {
    if (document.hidden) {
      events?.close();
      events = null;
    } else {
      connect();
    }
  };

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("load", restore);
  addEventListener("pagehide", () => {
    events?.close();
    events = null;
  });
  addEventListener("pageshow", followVisibility);
  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();
})();
