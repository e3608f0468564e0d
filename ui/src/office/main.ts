// The office's pages start here.
import "../styles/tokens.css";
import "../styles/base.css";
