// Keeps notes and reflections while they are written. Without this script the buttons of the form do the same.
// When the line is down the text stays on the page and is sent once it is back.
const form = document.getElementById("margin");
const state = document.getElementById("margin-state");
let timer = null;
let waiting = false;

async function keep() {
  clearTimeout(timer);
  waiting = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    const said = await answer.json();
    state.textContent = said.saved ?? said.error;
    waiting = false;
  } catch {
    state.textContent = form.dataset.offline;
  }
}

for (const field of form.elements) {
  if (field.tagName !== "TEXTAREA") continue;
  field.addEventListener("input", () => {
    waiting = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 2_000);
  });
  field.addEventListener("change", keep);
}
addEventListener("online", () => waiting && keep());
document.addEventListener("visibilitychange", () => document.hidden && waiting && keep());
