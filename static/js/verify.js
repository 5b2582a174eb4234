// Computes the SHA-256 of a chosen or dropped PDF and sends that alone: the file never leaves the device.
const section = document.getElementById("file-check");
const MAXIMUM_BYTES = 20_000_000;

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function check(file) {
  const form = section.querySelector("form");
  const status = form.querySelector("[role=status]");
  status.textContent = status.dataset.reading;
  try {
    if (file.size > MAXIMUM_BYTES) throw new RangeError("not one of our certificates");
    location.assign(`${form.action}?impronta=${await sha256(file)}`);
  } catch {
    status.textContent = status.dataset.failed;
  }
}

if (section && globalThis.crypto?.subtle) {
  for (const part of section.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of section.querySelectorAll("[data-without-script]")) part.hidden = true;
  section.addEventListener("change", (event) => event.target.files?.length && check(event.target.files[0]));
  section.addEventListener("dragover", (event) => event.preventDefault());
  section.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
}
