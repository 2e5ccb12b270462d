// Writes Pyodide's standard library anew with each module compiled as well: `node compile.mjs FOLDER`, where the folder
// holds node_modules. It comes as source, and compiling it is most of what a page does until its game starts.
import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = realpathSync(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${folder}/node_modules/pyodide/pyodide.mjs`));
const pyodide = await loadPyodide();
pyodide.FS.mkdirTree("/here");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/here");
pyodide.runPython(`
import os
import py_compile
import zipfile

unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
with (
    zipfile.ZipFile("/here/node_modules/pyodide/python_stdlib.zip") as source,
    zipfile.ZipFile("/here/new.zip", "w", zipfile.ZIP_DEFLATED) as target,
):
    for name in source.namelist():
        target.writestr(name, source.read(name))
        if name.endswith(".py"):
            path = source.extract(name, "/tmp")
            py_compile.compile(path, path + "c", f"/lib/python314.zip/{name}", True, invalidation_mode=unchecked)
            target.write(path + "c", name + "c")
os.replace("/here/new.zip", "/here/python_stdlib.zip")
`);
