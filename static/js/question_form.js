// The editor of a question sees only the fields of the chosen kind. Without this script all stay, with their help texts.
// A field marked only-x belongs to kind x alone, one marked not-x to every kind but x.
document.addEventListener("DOMContentLoaded", () => {
  const kind = document.getElementById("id_kind");
  if (!kind) return;
  const kinds = [...kind.options].map((option) => option.value);

  function update() {
    for (const each of kinds) {
      for (const field of document.querySelectorAll(`.only-${each}`)) hide(field, each !== kind.value);
      for (const field of document.querySelectorAll(`.not-${each}`)) hide(field, each === kind.value);
    }
  }

  function hide(field, isHidden) {
    field.style.display = isHidden ? "none" : "";
  }

  kind.addEventListener("change", update);
  new MutationObserver(update).observe(kind.form, { childList: true, subtree: true });
  update();
});
