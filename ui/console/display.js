// The hall display by event stream; each event is all of it.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  let known = new Map([...byId("calls").children].map((it) => [it.dataset.key, 0]));
  let first = true;

  function line(parent, parts) {
    const item = document.createElement("li");
    for (const [tag, text, small] of parts) {
      const piece = document.createElement(tag);
      piece.textContent = text;
      if (small) { const more = document.createElement("small"); more.textContent = small; piece.append(more); }
      item.append(piece);
    }
    parent.append(item);
  }

  function draw(now) {
    byId("time").textContent = now.time;
    const calls = byId("calls");
    const next = new Map();
    calls.replaceChildren(...now.calls.slice(0, 4).map((call) => {
      const item = byId("call").content.cloneNode(true).querySelector("li");
      item.querySelector("b").textContent = call.number;
      item.querySelector(".place").textContent = call.counter.zh;
      item.querySelector(".room").textContent = `${call.counter.en} · ${call.room}`;
      return item;
    }));
    now.calls.forEach((call) => next.set(call.number, call.calls));
    const newest = now.calls[0];
    if (!first && newest && known.get(newest.number) !== newest.calls) calls.firstElementChild.classList.add("flash");
    known = next;
    first = false;
    byId("none").hidden = now.calls.length > 0;
    const rule = byId("rule");
    rule.hidden = !now.priority;
    if (now.priority) {
      rule.querySelector("b").textContent = now.priority.zh;
      rule.querySelector("span").textContent = now.priority.en;
    }
    byId("serving").replaceChildren();
    now.serving.slice(0, 8).forEach((it) => line(byId("serving"), [["b", it.number], ["span", it.counter.zh]]));
    byId("waiting").replaceChildren();
    now.waiting.slice(0, 10).forEach((it) => line(byId("waiting"), [["span", it.department.zh, it.department.en], ["b", it.count]]));
  }

  let wait = 500;
  function connect() {
    const stream = new EventSource("/display/events");
    stream.addEventListener("whole", (event) => {
      wait = 500;
      byId("lost").hidden = true;
      draw(JSON.parse(event.data));
    });
    stream.onerror = () => {
      stream.close();
      byId("lost").hidden = false;
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 15000);
    };
  }
  connect();
})();
