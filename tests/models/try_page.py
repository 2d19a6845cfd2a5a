"""Runs what docs/models.md says, from fit to alert, and compares the scores with Python's.

    python3 try_page.py AGENT [FOLDER]

Of Debian: python3-sklearn, python3-onnx, python3-pandas, python3-torch; skl2onnx, keras and tf2onnx are on PyPI. A part whose packages are not
there is named and passed over. The recording is that of the model cases: its first four minutes are the normal time.
"""
import contextlib, io, json, pathlib, re, subprocess, sys, tempfile

AGENT = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
PAGE = (HERE.parent.parent / "docs" / "models.md").read_text()
RECORDING = [json.loads(line) for line in open(HERE / "cases" / "rig.jsonl")]


def blocks(part, language):
    """The code of a part of the page, by its heading; of the text before the first one for ''."""
    text = PAGE.split("\n## scikit-learn")[0] if part == "" else re.split(r"\n## ", PAGE.split(f"\n## {part}\n")[1])[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def table(file, rows):
    payloads = [json.loads(row["payload"]) for row in rows]
    names = [name for name in payloads[0] if name != "ts"]
    with open(file, "w") as to:
        print("time", *names, sep=",", file=to)
        for row, payload in zip(rows, payloads):
            print(row["at"], *(payload[name] for name in names), sep=",", file=to)


def agent(*arguments):
    done = subprocess.run([AGENT, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"edge-agent {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def part(name, stage, model, sign, folder):
    """One way: the code, then steps 2 to 6 of the table."""
    there = {}
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            for code in blocks("", "python") + blocks(name, "python"):
                exec(compile(code, f"docs/models.md, {name or 'first lines'}", "exec"), there)
    except ModuleNotFoundError as missing:
        return f"{name}: not run, there is no module {missing.name}"
    agent("model", "inspect", "model.onnx")
    [config] = blocks("The configuration", "yaml")
    config = config.replace("models:\n  pump: { file: model.onnx, output: scores }", f"models:\n  pump: {{ file: model.onnx{model} }}")
    config = re.sub(r"          abnormal: low\n", stage, config)
    config = "agent: { id: pump, data_dir: data }\n" + config.replace("to: central", "to: screen") + "outputs:\n  screen: { type: console }\n"
    (folder / "config.yaml").write_text(config)
    agent("check", "config.yaml")
    words = "rows compared"
    if numbers := re.findall(r"-?\d+\.\d+(?:e-?\d+)?", printed.getvalue()):
        scores = agent("model", "score", "model.onnx", "rows.csv")
        found = [float(n) for n in re.findall(r"-?\d+\.\d+(?:[eE]-?\d+)?", scores)]
        right = [float(n) for n in numbers][:10]
        worst = max(min(abs(abs(r) - abs(f)) / max(abs(r), 1e-3) for f in found) for r in right)
        if worst > 1e-4:
            sys.exit(f"{name}: scores differ by {worst:.2g}: {right} and {scores}")
        words = f"{len(right)} scores differ from Python's by at most {worst:.1g}"
    told = agent("model", "threshold", "config.yaml", "--input", "normal.csv", "--topic", "rig/1/row")
    constant = re.search(r"constant: (-?[0-9.eE+-]+)", told)
    if constant is None:
        sys.exit(f"{name}: no threshold in {told}")
    (folder / "config.yaml").write_text(config.replace("constant: 0.08", f"constant: {constant[1]}"))
    records = [json.loads(line) for line in agent("replay", "config.yaml", "--input", "test.csv", "--topic", "rig/1/row").splitlines()
               if line.startswith("{")]
    alerts = [r for r in records if r["kind"] == "alert"]
    if not alerts:
        sys.exit(f"{name}: no alert in a recording with a drift and a burst")
    return f"{name}: {words}; threshold {constant[1]}, {len(alerts)} alert records"


def main():
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    with contextlib.chdir(folder):
        table("normal.csv", RECORDING[:240])
        table("test.csv", RECORDING)
        print(part("scikit-learn", "          abnormal: low\n", ", output: scores", -1, folder))
        print(part("Keras", "          last: 20\n          score: reconstruction_mse\n          scaling_file: scaling.json\n", "", 1, folder))
        print(part("PyTorch", "", "", 1, folder))


main()
