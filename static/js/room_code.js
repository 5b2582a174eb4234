// The code in the room: another one every minute, without a jump of the page.
const SECONDS = 60;

async function renew() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("code");
    if (fresh) document.getElementById("code").replaceChildren(...fresh.childNodes);
    else location.reload();
  } catch {
    // the line is down: the old code stays, and the next minute tries again
  }
}

setInterval(renew, SECONDS * 1000);
