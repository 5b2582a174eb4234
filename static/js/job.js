// A page with <div id="job" data-open="1"> looks again every three seconds until the work is done.
const PAUSE = 3_000;

async function look() {
  const job = document.getElementById("job");
  if (!job?.dataset.open) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("job");
    if (fresh && fresh.innerHTML !== job.innerHTML) {
      job.replaceChildren(...fresh.childNodes);
      job.dataset.open = fresh.dataset.open;
    }
  } catch {
    // the line is down for a moment: the next look comes anyway
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
