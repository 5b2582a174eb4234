// Saves the answers of a quiz as they are given, keeps them on this device while the line is down, and sends them once
// when it is back. Without this script the buttons of the form do the same, a page at a time.
import { countdown } from "./quiz_clock.js";

const form = document.getElementById("quiz");
const status = document.getElementById("saved");
const key = `prova-${form.dataset.attempt}`;
const PAUSE = 1_500; // after the last key
const RETRY = 10_000;
let timer;
let isBusy = false;
let held; // the button that was pressed while the line was down

const kept = () => JSON.parse(localStorage.getItem(key) ?? "{}");

function keep(answers) {
  if (Object.keys(answers).length) localStorage.setItem(key, JSON.stringify(answers));
  else localStorage.removeItem(key);
}

// A question's fields as the form would send them: [[name, value], …].
function answerOf(question) {
  const names = new Set([...question.elements].map((field) => field.name));
  return [...new FormData(form)].filter(([name]) => name !== "shown" && names.has(name));
}

function remember(question) {
  keep({ ...kept(), [question.id.slice("question-".length)]: answerOf(question) });
}

function note(target) {
  const question = target.closest("fieldset.question");
  if (!question) return;
  remember(question);
  clearTimeout(timer);
  timer = setTimeout(send, target.matches("textarea, input[type=text]") ? PAUSE : 0);
}

// What stands otherwise than the server wrote it was answered before this script had come over a slow line.
function isChanged(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return field.value !== (field.querySelector("option[selected]")?.value ?? "");
  return field.value !== field.defaultValue;
}

function rememberEarly() {
  for (const question of form.querySelectorAll("fieldset.question"))
    if ([...question.elements].some(isChanged)) remember(question);
}

// What was not sent when the page was closed stands in the form again.
function restore() {
  for (const [id, fields] of Object.entries(kept())) {
    const question = document.getElementById(`question-${id}`);
    if (!question) continue;
    for (const field of question.elements) {
      const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.name !== "shown" && values.length) field.value = values[0];
    }
  }
}

// The server's answer; an error to be tried again later when there is none.
async function post(address, fields) {
  const body = new URLSearchParams([["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ...fields]);
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  if (answer.redirected || answer.status === 403) return { expired: form.dataset.expired };
  throw new Error(answer.statusText);
}

const fieldsOf = (answers) => Object.entries(answers).flatMap(([id, fields]) => [["shown", id], ...fields]);

async function send() {
  const answers = kept();
  if (isBusy || !Object.keys(answers).length) return;
  isBusy = true;
  let isThrough = false;
  try {
    const said = await post(form.dataset.save, fieldsOf(answers));
    status.textContent = said.saved ?? said.error ?? said.expired;
    isThrough = !said.expired;
    if (isThrough) forget(answers); // stored, or refused for good: either way it is not sent again
  } catch {
    status.textContent = form.dataset.offline;
  }
  isBusy = false;
  if (isThrough) goOn(); // a button was pressed, or more was written in the meantime
}

// Only what is still as it was sent: a later answer to the same question waits for its turn.
function forget(sent) {
  const same = ([id, fields]) => JSON.stringify(fields) === JSON.stringify(sent[id]);
  keep(Object.fromEntries(Object.entries(kept()).filter((entry) => !same(entry))));
}

// Buttons: what is kept goes along, and the page changes only once the server has it.
async function follow(button) {
  held = button;
  if (isBusy) return;
  isBusy = true;
  clearTimeout(timer);
  for (const question of form.querySelectorAll("fieldset.question")) remember(question);
  const answers = kept();
  try {
    const said = await post(form.action, [...fieldsOf(answers), [button.name, button.value]]);
    held = undefined;
    if (said.go) {
      forget(answers);
      location.assign(said.go);
    } else status.textContent = said.expired;
  } catch {
    status.textContent = button.name === "go" ? form.dataset.offline : form.dataset.held;
  }
  isBusy = false;
}

function goOn() {
  if (held) follow(held);
  else send();
}

form.addEventListener("input", (event) => note(event.target));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  follow(event.submitter ?? form.querySelector(".actions button"));
});
addEventListener("online", goOn);
setInterval(() => navigator.onLine && goOn(), RETRY);
rememberEarly();
restore();
send();
countdown({ soon: send, end: () => location.reload() });
