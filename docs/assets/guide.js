/* What the theme does, mended: its copy button takes the prompts and the output of a session along, it makes a landmark of
   every block of code, and no key reaches a table that is wider than its box. */
(() => {
  const commands = (code) =>
    code.innerText
      .split("\n")
      .filter((line) => line.startsWith("$ "))
      .map((line) => line.slice(2))
      .join("\n");

  const mend = () => {
    for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
    for (const button of document.querySelectorAll(".language-console [data-clipboard-target]:not([data-clipboard-text])"))
      button.setAttribute("data-clipboard-text", commands(document.querySelector(button.dataset.clipboardTarget)));
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  };

  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  mend();
})();
