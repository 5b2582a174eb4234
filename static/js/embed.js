// Loads content from elsewhere only after a click. Without this script the link beside it opens the page.
for (const place of document.querySelectorAll("[data-embed]")) {
  const row = place.querySelector("[hidden]");
  row.hidden = false;
  row.querySelector("button").addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = place.dataset.embed;
    frame.title = place.dataset.title;
    frame.allow = "fullscreen";
    frame.referrerPolicy = "no-referrer";
    row.replaceWith(frame);
    frame.focus();
  });
}
