// The big screen: one slide after the other. Each is fetched when its turn comes; when that fails the last one that came is
// shown again with its time, and the screen says that the connection is lost until one comes through.
const stage = document.getElementById("stage");
const { seconds, zone, charts, signIn } = document.body.dataset;
const slides = JSON.parse(document.getElementById("slides").textContent);
const kept = new Map(); // address → the slide as it came last; in memory only
const STAY = Number(seconds) * 1000;
const PATIENCE = 10_000; // for one slide
let at = -1;
let paused = false;
let timer = 0;
let turn = 0;

const part = (name) => document.querySelector(`[data-${name}]`);

async function fetched(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.redirected && new URL(answer.url).pathname === signIn) {
    window.location.assign(`${signIn}?next=${encodeURIComponent(window.location.pathname)}`);
    throw new Error("signed out");
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

function state(isLost) {
  document.body.classList.toggle("is-lost", isLost);
  part("lost").hidden = !isLost;
}

async function show(html) {
  stage.innerHTML = html;
  part("place").textContent = `${at + 1} / ${slides.length}`;
  fit();
  const places = [...stage.querySelectorAll("[data-chart]")];
  if (places.length) {
    const { draw } = await import(charts);
    places.filter((place) => place.isConnected).forEach(draw);
  }
}

// The next slide (or the one `step` further); what cannot be had is skipped, the last one stays when nothing can.
async function go(step) {
  clearTimeout(timer);
  const mine = ++turn;
  const next = (at + step + slides.length) % slides.length;
  const address = slides[next];
  let html = kept.get(address);
  try {
    html = await fetched(address);
    kept.set(address, html);
    if (mine !== turn) return;
    state(false);
  } catch {
    if (mine !== turn) return;
    state(true);
  }
  at = next;
  if (html) await show(html);
  if (mine === turn && !paused) timer = setTimeout(() => go(1), document.body.classList.contains("is-lost") && !html ? 2000 : STAY);
}

function pause() {
  paused = !paused;
  const button = part("pause");
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? button.dataset.go : button.dataset.stop;
  if (paused) clearTimeout(timer);
  else go(1);
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

// The frame is 1920 × 1080 and fits whatever the screen is.
function fit() {
  const frame = document.getElementById("frame");
  const scale = Math.min(window.innerWidth / 1920, window.innerHeight / 1080);
  frame.style.transform = `translate(${(window.innerWidth - 1920 * scale) / 2}px, ${(window.innerHeight - 1080 * scale) / 2}px) scale(${scale})`;
}

function tick() {
  part("clock").textContent = new Date().toLocaleString("zh-CN", { timeZone: zone, hour12: false, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
}

part("pause").addEventListener("click", pause);
part("full").addEventListener("click", fullscreen);
part("next").addEventListener("click", () => go(1));
part("back").addEventListener("click", () => go(-1));
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const act = { " ": pause, ArrowRight: () => go(1), ArrowLeft: () => go(-1), f: fullscreen, F: fullscreen }[event.key];
  if (!act || (event.key === " " && event.target.closest("button"))) return;
  event.preventDefault();
  act();
});
window.addEventListener("resize", fit);
window.addEventListener("online", () => go(at < 0 ? 1 : 0));
window.addEventListener("offline", () => state(true));
fit();
tick();
setInterval(tick, 10_000);
go(1);
