// Reports what is played of a recording, so that it can be gone on with elsewhere. What the server has not yet
// confirmed stays in the browser's store and is sent once the line is back, also after the page was closed.
const page = document.querySelector("article.read");
const line = navigator.connection;
const EVERY_MS = 5_000;
const words = page.dataset;

if (line?.saveData || ["slow-2g", "2g", "3g"].includes(line?.effectiveType)) page.setAttribute("data-slow", "");

// Spans are pairs [from, to] in seconds.
function without(spans, taken) {
  return taken.reduce(
    (left, [start, end]) =>
      left.flatMap(([a, b]) => [[a, Math.min(b, start)], [Math.max(a, end), b]].filter(([from, to]) => from < to)),
    spans,
  );
}

class Report {
  constructor(figure) {
    this.figure = figure;
    this.player = figure.querySelector("video, audio");
    this.state = figure.querySelector("[data-state]");
    this.url = words.report.replace(/0\/$/, `${figure.dataset.recording}/`);
    this.key = `recording:${this.url}`;
    const seen = JSON.parse(words.seen)[figure.dataset.recording] ?? { spans: [], position: 0, percent: 0 };
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    this.spans = kept ? without(kept.spans, seen.spans) : [];
    this.opened = this.spans.length ? kept.opened : words.opened;
    this.rate = this.spans.length ? kept.rate : 1;
    this.position = this.spans.length ? kept.position : seen.position;
    this.at = this.spans.length ? kept.at : Date.now();
    this.open = null; // the span that is being played
    this.show(seen.percent);
    this.resume();
    this.listen();
    if (this.spans.length) this.send();
  }

  resume() {
    const go = () => {
      if (this.position > 1 && this.position < this.player.duration - 2) this.player.currentTime = this.position;
    };
    if (this.player.readyState) go();
    else this.player.addEventListener("loadedmetadata", go, { once: true });
  }

  listen() {
    const { player } = this;
    player.addEventListener("timeupdate", () => this.played());
    player.addEventListener("seeking", () => (this.open = null));
    for (const name of ["pause", "ended"]) {
      player.addEventListener(name, () => { this.played(); this.open = null; this.send(); });
    }
    setInterval(() => (this.spans.length || !player.paused) && this.send(), EVERY_MS);
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    addEventListener("pagehide", () => this.leave());
  }

  played() {
    const { player } = this;
    if (player.seeking) return;
    const now = player.currentTime;
    const isNext = this.open && now >= this.open[1] && now - this.open[1] < 2 * player.playbackRate;
    if (isNext) this.open[1] = now;
    else if (!player.paused) this.spans.push((this.open = [now, now]));
    this.rate = Math.max(this.rate, player.playbackRate);
    [this.position, this.at] = [now, Date.now()];
    this.keep();
  }

  keep() {
    const { spans, opened, rate, position, at } = this;
    localStorage.setItem(this.key, JSON.stringify({ spans, opened, rate, position, at }));
  }

  body() {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("opened", this.opened);
    body.set("spans", this.spans.slice(-200).map(([from, to]) => `${from.toFixed(2)}-${to.toFixed(2)}`).join(","));
    body.set("rate", this.rate);
    body.set("position", this.position);
    body.set("age", Math.max(0, (Date.now() - this.at) / 1000));
    return body;
  }

  async send() {
    if (this.sending || (this.at === this.sentAt && !this.spans.length)) return;
    this.sending = true;
    const at = this.at;
    try {
      const answer = await fetch(this.url, { method: "POST", body: this.body(), keepalive: true });
      if (answer.status === 400) this.opened = words.opened; // what was kept is from another time: say so and go on
      if (!answer.ok) throw new Error(answer.status);
      this.confirm(await answer.json());
      this.sentAt = at;
    } catch (broken) {
      this.state.textContent = words.offline;
    } finally {
      this.sending = false;
    }
  }

  // What counts is never sent again; what was too fast to be believed stays and is sent later.
  confirm({ spans, percent }) {
    const left = without(this.spans, spans);
    if (this.open) {
      const end = this.open[1];
      this.open = left.find((span) => span[1] === end) ?? [end, end];
      if (!left.includes(this.open)) left.push(this.open);
    }
    this.spans = this.player.paused ? left.filter(([from, to]) => to - from >= 0.5) : left;
    this.opened = words.opened;
    if (!this.spans.length) this.rate = this.player.playbackRate;
    this.keep();
    this.show(percent);
  }

  show(percent) {
    const asked = Number(this.figure.dataset.percent);
    const text = percent >= asked ? words.enough : words.watched;
    if (asked) this.state.textContent = text.replace("{p}", percent).replace("{n}", asked);
  }

  // The page goes away: a beacon still leaves; its answer is read at the next opening.
  leave() {
    this.played();
    if (this.at !== this.sentAt) navigator.sendBeacon(this.url, this.body());
  }
}

// Several qualities: the one chosen is kept for the next video.
function offerQualities(figure) {
  const player = figure.querySelector("video");
  const sources = [...(player?.querySelectorAll("source") ?? [])];
  const choice = figure.querySelector("[data-qualities]");
  if (sources.length < 2) return;
  choice.hidden = false;
  const use = (source) => {
    const { currentTime, paused } = player;
    player.src = source.src;
    if (currentTime) player.addEventListener("loadedmetadata", () => (player.currentTime = currentTime), { once: true });
    if (!paused) player.play();
    localStorage.setItem("quality", source.dataset.quality);
  };
  for (const button of choice.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      use(sources.find((source) => source.dataset.quality === button.value));
      for (const other of choice.querySelectorAll("button")) other.setAttribute("aria-pressed", other === button);
    });
  }
  choice.querySelector(`button[value="${localStorage.getItem("quality") ?? "small"}"]`)?.click();
}

for (const figure of page.querySelectorAll("[data-recording]")) {
  if (words.report) new Report(figure);
  offerQualities(figure);
}
