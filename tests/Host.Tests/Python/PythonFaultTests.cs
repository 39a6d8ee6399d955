using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Python;

/// <summary>Faults that the corpus proves under the monitor are found through the package in python/ too: it gives the same evidence. Their repaired twins are silent.</summary>
[Collection(Lanes.Python)]
[Trait("Speed", "Slow")]
public sealed class PythonFaultTests(PythonFaults faults) : IClassFixture<PythonFaults>
{
    internal static readonly (string Program, string Rule)[] Table =
    [
        ("softmax-in-forward-function", "output-loss-mismatch"),
        ("softmax-in-loop", "output-loss-mismatch"),
        ("ctc-of-logits", "output-loss-mismatch"),
        ("log-softmax-over-batch", "misplaced-softmax"),
        ("flat-targets-and-mse-function", "invalid-target"),
        ("soft-margin-labels-of-zero", "invalid-target"),
        ("all-ignored-255", "ignored-targets"),
        ("all-ignored-function", "ignored-targets"),
        ("summed-cross-entropy-function", "sum-reduced-loss"),
        ("minus-forgotten", "reversed-objective"),
        ("validation-not-normalized-images", "mismatched-validation-data"),
        ("validation-of-a-copy", "untrained-validation-weights"),
        ("validation-values-shuffled", "validation-at-chance"),
        ("dropout-always-on", "wrong-mode"),
        ("train-mode-never-back", "wrong-mode"),
        ("shifted-twice", "shifted-target"),
        ("not-shifted", "copied-target"),
        ("no-causal-mask", "visible-answer"),
        ("lstm-batch-second", "swapped-axes"),
        ("logits-viewed-not-transposed", "swapped-axes"),
        ("images-viewed-not-permuted", "swapped-axes"),
        ("padding-in-the-loss", "padding-in-loss"),
        ("end-never-asked-for", "absent-target-class"),
        ("cosine-every-batch", "degenerate-learning-rate"),
        ("resume-begins-anew", "degenerate-learning-rate"),
        ("running-loss-told", "implausible-loss"),
        ("vae-kl-wins", "posterior-collapse"),
        ("class-never-trained", "mismatched-classes"),
        ("labels-sorted-as-words", "mismatched-classes"),
        ("class-never-trained-function", "mismatched-classes"),
        ("labels-sorted-as-words-function", "mismatched-classes"),
        ("softmax-in-evaluation", "mismatched-validation-output"),
        ("sigmoid-in-evaluation", "mismatched-validation-output"),
        ("average-within-hardly-begun", "untrained-validation-weights"),
        ("average-put-in-place-hardly-begun", "untrained-validation-weights"),
        ("ctc-targets-longer-than-outputs", "invalid-target"),
        ("attention-head-masked", "idle-heads"),
        ("attention-head-dies", "idle-heads"),
        ("attention-heads-die-but-one", "idle-heads"),
        ("task-of-weight-zero", "idle-heads"),
    ];

    /// <summary>Gets the programs of tests/Corpus/Python, with the rule that must be the primary diagnosis.</summary>
    public static TheoryData<string, string> Faults
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (program, rule) in Table)
            {
                data.Add(program, rule);
            }

            return data;
        }
    }

    [PythonTheory]
    [MemberData(nameof(Faults))]
    public void ThePrimaryDiagnosisIsTheFault(string program, string rule)
    {
        var report = faults.Report(program);

        Assert.Equal(rule, (string?)report["findings"]!.SingleOrDefault(finding => (string)finding["id"]! == (string?)report["primary"])?["rule"]);
    }

    [PythonTheory]
    [MemberData(nameof(Faults))]
    public void ItsTwinIsSilent(string program, string rule)
    {
        _ = rule;
        Assert.DoesNotContain(faults.Report(program + ".fix")["findings"]!, finding => (string)finding["severity"]! is "warning" or "error");
    }
}

/// <summary>The programs, trained once and diagnosed together.</summary>
public sealed class PythonFaults : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-doctor-faults").FullName;
    private readonly Lazy<Dictionary<string, JToken>> _reports;

    public PythonFaults() => _reports = new(Train);

    public JToken Report(string program) => _reports.Value[program];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Dictionary<string, JToken> Train()
    {
        string report = Path.Combine(_folder, "report.json");
        string runs = Path.Combine(_folder, "runs");
        string script = Path.Combine(Repository.Root, "tests", "Corpus", "Python", "reported.py");
        PythonTorch.Run([script, runs, "--deterministic", .. PythonFaultTests.Table.Select(fault => fault.Program)]);
        var outcome = CommandLine.RunAsync(["diagnose", runs, "--output", report, "--no-series", "--fail-on", "never"]).GetAwaiter().GetResult();
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        return JObject.Parse(File.ReadAllText(report))["runs"]!.ToDictionary(run => Path.GetFileNameWithoutExtension((string)run["run"]!["path"]!)!, run => run);
    }
}
