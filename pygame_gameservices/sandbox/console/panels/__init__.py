"""The console's panels, one module each; `console.app` lists them."""
