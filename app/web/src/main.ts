import { Store } from "./store";
const store = new Store((work) => setTimeout(work, 0));
store.listen(() => {});
document.getElementById("app")?.replaceChildren("Parley");
