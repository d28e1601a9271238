// Makes the pages live: forms without a reload, the queue by event stream, keys by keyboard.
// Everything works without this file, too.
"use strict";
(() => {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const say = document.getElementById("say");
  const lost = document.getElementById("lost");

  function tell(text, good) {
    const line = document.createElement("p");
    line.className = "say " + (good ? "good" : "bad");
    line.textContent = text;
    say.replaceChildren(line);
    if (good) setTimeout(() => line.remove(), 6000);
  }

  // Forms marked data-live or data-form are sent in place, so that nothing typed is lost on a refusal.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-live],[data-form]")) return;
    event.preventDefault();
    const key = event.submitter || form.querySelector("button");
    if (key && key.hasAttribute("aria-busy")) return;
    key?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json", "X-Lobby-CSRF": csrf },
        body: new URLSearchParams(new FormData(form)),
      });
      const body = await answer.json();
      if (answer.status === 401) { location.href = "/login?again=1"; return; }
      if (!answer.ok) {
        tell(document.documentElement.lang === "en" ? body.en : body.zh, false);
        return;
      }
      if (form.matches("[data-form]") || body.go !== location.pathname || !live) {
        sessionStorage.setItem("said", body.said);
        location.href = body.go;
      } else {
        tell(body.said, true);
      }
    } catch {
      if (lost) lost.hidden = false;
    } finally {
      key?.removeAttribute("aria-busy");
    }
  });

  const said = sessionStorage.getItem("said");
  if (said) { sessionStorage.removeItem("said"); tell(said, true); }

  // Keys. Not while typing, and never over the browser's own. A scanner that pretends to be a keyboard types faster
  // than anybody: its letters are no hotkeys, but a slip to be found.
  const scanGap = 50;
  let burst = "", burstAt = 0, pressing = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    const now = performance.now();
    if (now - burstAt > scanGap) burst = "";
    burstAt = now;
    if (event.key === "Enter" && burst.length >= 6) {
      const find = document.querySelector("[data-find]");
      clearTimeout(pressing);
      if (find) { event.preventDefault(); find.value = burst; burst = ""; find.form.requestSubmit(); }
      return;
    }
    if (event.key.length === 1) burst += event.key;
    clearTimeout(pressing);
    const key = event.key.toLowerCase();
    if (burst.length > 1 || !/^[a-z]$/.test(key)) return;
    const target = document.querySelector(`[data-hotkey="${key}"]:not([disabled])`);
    if (!target) return;
    event.preventDefault();
    // Only when no second letter comes at a scanner's speed.
    pressing = setTimeout(() => target.click(), scanGap);
  });

  // A document on A4: the key does what the browser's own does.
  document.querySelector("[data-print]")?.addEventListener("click", () => print());

  // The matter list narrows as one types.
  const filter = document.querySelector("[data-filter]");
  if (filter) {
    const narrow = () => {
      const wanted = filter.value.trim().toLowerCase();
      let found = 0;
      for (const label of document.querySelectorAll("[data-words]")) {
        label.hidden = !label.dataset.words.includes(wanted);
        if (!label.hidden) found += 1;
      }
      for (const group of document.querySelectorAll("[data-group]"))
        group.hidden = !group.querySelector("[data-words]:not([hidden])");
      document.querySelector(".none-found").hidden = found > 0;
    };
    filter.addEventListener("input", narrow);
    filter.form.addEventListener("submit", (event) => {
      event.preventDefault();
      document.querySelector("[data-words]:not([hidden]) input")?.click();
      document.querySelector("[data-words]:not([hidden]) input")?.focus();
    });
  }

  // Closing: how somebody was told is no question if they have left.
  const close = document.querySelector("[data-close]");
  if (close) {
    const fit = () => {
      const chosen = close.querySelector("[name=outcome]:checked");
      const told = close.querySelector("[data-told]");
      if (told) told.hidden = !!chosen && chosen.hasAttribute("data-unserved");
      const policy = close.querySelector("[data-policy]");
      policy.hidden = !chosen || !chosen.hasAttribute("data-cites");
      policy.querySelector("input").required = !policy.hidden;
      close.querySelector("[data-whys]").hidden = !chosen || !chosen.hasAttribute("data-unserved");
      close.querySelector("[name=note]").required = !!chosen && chosen.hasAttribute("data-needs-note");
    };
    close.addEventListener("change", fit);
    fit();
  }

  // The live queue: the whole first, then what changed.
  const live = document.body.hasAttribute("data-live-queue");
  if (!live) return;
  const title = document.title;
  let bell = 0;

  function ring(count) {
    const badge = document.getElementById("bell");
    badge.hidden = count === 0;
    badge.textContent = count || "";
    document.title = count ? `(${count}) ${title}` : title;
    if (count > bell) chime();
    bell = count;
  }

  function chime() {
    try {
      const audio = new AudioContext();
      const gain = audio.createGain();
      gain.gain.value = 0.15;
      gain.connect(audio.destination);
      [660, 880].forEach((tone, at) => {
        const note = audio.createOscillator();
        note.frequency.value = tone;
        note.connect(gain);
        note.start(audio.currentTime + at * 0.25);
        note.stop(audio.currentTime + at * 0.25 + 0.2);
      });
    } catch { /* no sound here */ }
  }

  function draw(change, whole) {
    const focused = document.activeElement?.id;
    for (const [name, html] of Object.entries(change.parts)) {
      const part = document.querySelector(`[data-part="${name}"]`);
      if (part.innerHTML !== html) part.innerHTML = html;
    }
    for (const [name, { order, rows }] of Object.entries(change.tables)) {
      const body = document.querySelector(`[data-table="${name}"]`);
      const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
      const drawn = order.map((key) => {
        const before = known.get(key);
        if (!(key in rows)) return before;
        const mould = document.createElement("template");
        mould.innerHTML = rows[key];
        const row = mould.content.querySelector("tr");
        if (!whole && !before) row.classList.add("fresh");
        return row;
      });
      if (drawn.includes(undefined)) { location.reload(); return; }
      const at = document.activeElement;
      const inside = body.contains(at) ? at.closest("tr")?.dataset.key : null;
      body.replaceChildren(...drawn);
      if (inside) body.querySelector(`[data-key="${inside}"] .go a`)?.focus();
      document.querySelector(`[data-count="${name}"]`).textContent = order.length;
    }
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
    ring(change.bell);
  }

  let wait = 500;
  function connect() {
    const stream = new EventSource("/events");
    stream.addEventListener("whole", (event) => {
      wait = 500;
      lost.hidden = true;
      document.body.dataset.connected = "";
      draw(JSON.parse(event.data), true);
    });
    stream.addEventListener("change", (event) => draw(JSON.parse(event.data), false));
    stream.addEventListener("gone", () => { location.href = "/login?again=1"; });
    stream.onerror = () => {
      stream.close();
      lost.hidden = false;
      delete document.body.dataset.connected;
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 15000);
    };
  }
  connect();
})();
