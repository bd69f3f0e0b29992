// Let a security key answer. The form stays hidden where the browser knows no keys.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-key]");
  if (!form || !window.PublicKeyCredential || !window.webauthnJSON.supported()) return;
  const options = JSON.parse(document.getElementById("key-options").textContent);
  const complaint = form.querySelector(".form-errors");
  form.hidden = false;
  document.getElementById("no-keys")?.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    complaint.hidden = true;
    try {
      const answer = await window.webauthnJSON[form.dataset.key](options);
      form.querySelector("[name=credential]").value = JSON.stringify(answer);
      form.submit();
    } catch {
      complaint.textContent = form.dataset.refused;
      complaint.hidden = false;
    }
  });
});
