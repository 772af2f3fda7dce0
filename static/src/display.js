// The screen in the hall: asks every three seconds; when the connection drops it keeps the last state, says from when it
// is, and goes on by itself. It stands for days without anybody at a keyboard.
const EVERY = 3000;
const PATIENCE = 8000; // an answer that takes longer is none

const note = document.querySelector("[data-note]");
const clock = document.querySelector("[data-clock]");
let seen = document.getElementById("hall").dataset.at;

function tick() {
  clock.textContent = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

async function ask() {
  const answer = await fetch(window.location.href, {
    headers: { "HX-Request": "true" },
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("hall");
  if (!fresh) throw new Error("no board");
  const shown = document.getElementById("hall");
  seen = fresh.dataset.at;
  if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(fresh));
}

async function round() {
  try {
    await ask();
    note.hidden = true;
  } catch {
    note.textContent = document.body.dataset.away.replace("%s", seen);
    note.hidden = false;
  }
  tick();
  setTimeout(round, EVERY);
}

setTimeout(round, EVERY);
