// First, so that what a page says of its own styles comes after, and holds.
import "./style/index.css";
import { render } from "preact";
import { App } from "./app.tsx";

const place = document.getElementById("app");
if (place) render(<App />, place);
