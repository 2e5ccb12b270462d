// Every few seconds the page is asked for once more, and what is marked as live is put in place of what was there.
"use strict";

(() => {
  const pulse = document.getElementById("pulse");

  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const newer = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
        if (newer && !part.contains(document.activeElement)) part.replaceWith(document.importNode(newer, true));
      }
      pulse.textContent = "live";
    } catch {
      pulse.textContent = "not live";
    }
  };

  setInterval(renew, 3000);
})();
