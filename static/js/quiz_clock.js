// The remaining time of a quiz in words: on the page minute by minute, told to screen readers at five and at one.
const TOLD = [5, 1];
const SOON = 3; // seconds before the end: what was written last is sent now

export function countdown({ soon, end }) {
  const shown = document.getElementById("time-left");
  if (!shown) return;
  const told = document.getElementById("time-told");
  const finish = performance.now() + Number(shown.dataset.seconds) * 1_000;
  let before;
  let isSoon = false;

  function words(minutes) {
    if (minutes > 1) return shown.dataset.minutes.replace("MINUTES", minutes);
    return minutes === 1 ? shown.dataset.minute : shown.dataset.last;
  }

  function tick() {
    const seconds = (finish - performance.now()) / 1_000;
    if (seconds <= -1) return end(); // a second later, so that the server's clock has passed it too
    if (seconds < SOON && !isSoon) {
      isSoon = true;
      soon();
    }
    const minutes = Math.max(0, Math.floor(seconds / 60));
    if (minutes !== before) {
      shown.textContent = words(minutes);
      if (before !== undefined && TOLD.includes(minutes)) told.textContent = words(minutes);
      before = minutes;
    }
    setTimeout(tick, 500);
  }

  tick();
}
