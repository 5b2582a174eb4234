// Shows the bodies found while the name is being typed; without this file the form's button does the same.
const PAUSE_MS = 250;

function enhance(search) {
  const input = search.querySelector("input[type=search]");
  const results = search.querySelector("[data-results]");
  let timer, latest = 0;

  async function refresh() {
    const turn = ++latest;
    const url = new URL(location.href);
    url.searchParams.set("ente", input.value);
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok || turn !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-results]");
    if (found) results.replaceChildren(...found.childNodes);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => {}), PAUSE_MS);
  });
}

document.querySelectorAll("[data-body-search]").forEach(enhance);
