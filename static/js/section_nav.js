// On a phone the tabs are one line that scrolls: the tab of this page is brought into view.
for (const list of document.querySelectorAll(".section-nav ul")) {
  const tab = list.querySelector("[aria-current]");
  if (tab) list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
}
