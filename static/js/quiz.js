// Saves the answers of a quiz as they are chosen. Without this script the buttons of the form do the same.
// When the line is down the choices stay on the page and are sent once it is back.
const form = document.getElementById("quiz");
const status = document.getElementById("saved");
let waiting = false;

async function save() {
  waiting = true;
  try {
    const answer = await fetch(form.dataset.save, { method: "POST", body: new FormData(form) });
    const body = await answer.json();
    status.textContent = body.saved ?? body.error;
    waiting = false;
  } catch {
    status.textContent = form.dataset.offline;
  }
}

form.addEventListener("change", (event) => {
  if (event.target.name.startsWith("question-")) save();
});
addEventListener("online", () => waiting && save());
setInterval(() => waiting && navigator.onLine && save(), 10_000);
