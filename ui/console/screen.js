// The kiosk's screen: pictures come over a socket, touches go back where they may.
"use strict";
(() => {
  const canvas = document.getElementById("screen");
  const brush = canvas.getContext("2d");
  const status = document.getElementById("status");
  const mayTouch = document.body.hasAttribute("data-touch");
  let socket = null;
  let wait = 500;
  let drawing = Promise.resolve();

  function fit() {
    const room = canvas.parentElement.getBoundingClientRect();
    const scale = Math.min((room.width - 20) / canvas.width, (room.height - 20) / canvas.height);
    canvas.style.width = `${Math.floor(canvas.width * scale)}px`;
    canvas.style.height = `${Math.floor(canvas.height * scale)}px`;
  }

  async function draw(data) {
    const [width, height, left, top] = [0, 2, 4, 6].map((at) => new DataView(data).getUint16(at));
    const image = await createImageBitmap(new Blob([data.slice(8)], { type: "image/png" }));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      fit();
    }
    brush.drawImage(image, left, top);
    image.close();
    canvas.dataset.pieces = Number(canvas.dataset.pieces || 0) + 1;
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}${document.body.dataset.socket}`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      wait = 500;
      status.textContent = status.dataset.live;
      status.classList.remove("lost");
    };
    socket.onmessage = (event) => { drawing = drawing.then(() => draw(event.data)).catch(() => {}); };
    socket.onclose = () => {
      status.textContent = status.dataset.lost;
      status.classList.add("lost");
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 15000);
    };
  }

  function send(kind, event) {
    if (!mayTouch || socket?.readyState !== WebSocket.OPEN) return;
    const box = canvas.getBoundingClientRect();
    const along = (at, size, pixels) => Math.min(Math.max(at / size, 0), 0.9999) * pixels;
    socket.send(JSON.stringify({
      kind,
      x: along(event.clientX - box.left, box.width, canvas.width),
      y: along(event.clientY - box.top, box.height, canvas.height),
    }));
  }

  if (mayTouch) {
    let down = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (down !== null || event.button !== 0) return;
      down = event.pointerId;
      canvas.setPointerCapture(down);
      send("press", event);
    });
    canvas.addEventListener("pointermove", (event) => { if (event.pointerId === down) send("move", event); });
    const up = (event) => {
      if (event.pointerId !== down) return;
      down = null;
      send("release", event);
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }
  addEventListener("resize", fit);
  connect();
})();
