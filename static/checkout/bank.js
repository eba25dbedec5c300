// The question of the buyer's bank, about a payment that another surface began.
import { open } from "./provider.js";

const box = document.getElementById("bank");
const button = box.querySelector("button");

button.addEventListener("click", async () => {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const shop = await open(box);
    await shop.handleNextAction({ clientSecret: box.dataset.secret });
  } finally {
    location.reload();
  }
});
