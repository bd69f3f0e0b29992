// Ask before somebody leaves a form with words in it that are not saved.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".change-form #content-main > form[id$='_form']");
  if (!form) return;
  let unsaved = false;
  const remember = () => { unsaved = true; };
  form.addEventListener("input", remember);
  form.addEventListener("change", remember);
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
});
