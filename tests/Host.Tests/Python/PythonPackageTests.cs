using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Python;

/// <summary>PyTorch programs that use the package in python/ are trained for real, with the package installed from its wheel, and what they record is diagnosed.</summary>
[Collection(Lanes.Python)]
[Trait("Speed", "Slow")]
public sealed class PythonPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-doctor-python").FullName;

    [PythonFact]
    public async Task DeadUnitsAreThePrimaryDiagnosis()
    {
        var report = await Diagnose("dead_relu.py", exitCode: 1);

        Assert.Equal("dead-units", (string)Primary(report)["rule"]!);
        Assert.Equal("dying-relu", (string)Primary(report)["causes"]![0]!["cause"]!);
        Assert.Equal(["1", "3"], Primary(report)["layers"]!.Values<string>());
    }

    [PythonFact]
    public async Task AHealthyRunHasNothingAtWarning()
    {
        var report = await Diagnose("healthy.py", exitCode: 0, "--fail-on", "warning");

        Assert.Equal("healthy", (string)report["verdict"]!);
        Assert.DoesNotContain(report["findings"]!, finding => (string)finding["severity"]! is "warning" or "error");
    }

    [PythonFact]
    public async Task AnOverflowIsBlamedOnTheSteps()
    {
        var report = await Diagnose("exploding.py", exitCode: 1);

        Assert.Contains(report["findings"]!, finding => (string)finding["rule"]! == "non-finite-loss");
        Assert.Equal("learning-rate-too-high", (string)Primary(report)["causes"]![0]!["cause"]!);
    }

    /// <summary>What the doctor promises to training: same numbers with and without it, faults swallowed, copies and pickles of the model free of it.</summary>
    [PythonFact]
    public void TrainingIsLeftAlone()
    {
        string output = PythonTorch.Run(PythonTorch.Test("test_training_doctor.py"), _folder);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>The callbacks of Hugging Face, Lightning and Keras, called by stand-ins of these trainers as they document it.</summary>
    [PythonFact]
    public void TheCallbacksRecordAndLeaveTrainingAlone()
    {
        string output = PythonTorch.Run(PythonTorch.Test("test_callbacks.py"), _folder);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>The plan of a trial is applied when the doctor attaches and answered truly; runs are recorded into the folder of the environment.</summary>
    [PythonFact]
    public void TrialsAreAppliedAndAnswered()
    {
        string output = PythonTorch.Run(PythonTorch.Test("test_trial.py"), _folder);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>The wheel is built without asking any index; it holds the package, its marker of types and nothing else, and needs nothing but torch.</summary>
    [PythonFact]
    public void TheWheelIsWhatIsTested()
    {
        if (PythonPackage.Site is null && TestEnvironment.Read("REQUIRE_PYTHON") != "1")
        {
            // Without pip, setuptools and wheel the other tests take the sources.
            return;
        }

        Assert.True(PythonPackage.Site is not null, PythonPackage.Reason);
        string output = PythonTorch.Run(PythonTorch.Test("test_package.py"), _folder, PythonPackage.Site!);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>What a preflight in Python sees, and that it leaves nothing behind.</summary>
    [PythonFact]
    public void ThePreflightTellsBrokenFromSound()
    {
        string output = PythonTorch.Run(PythonTorch.Test("test_preflight.py"), _folder);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>What is told of validations: classes, weights, forms and lengths.</summary>
    [PythonFact]
    public void ValidationsAreLaidBesideTraining()
    {
        string output = PythonTorch.Run(PythonTorch.Test("test_validation.py"), _folder);

        Assert.EndsWith("all passed", output.TrimEnd(), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task ThePreflightOfAHealthyProgramHasNothingAtWarning()
    {
        string recording = Path.Combine(_folder, "preflight.jsonl");
        string report = Path.Combine(_folder, "report.json");
        PythonTorch.Run(PythonTorch.Example("healthy.py"), recording, "--preflight");

        var outcome = await CommandLine.RunAsync(["diagnose", recording, "--output", report, "--fail-on", "warning"]);

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        var document = JObject.Parse(await File.ReadAllTextAsync(report));
        Assert.Equal("healthy", (string)document["verdict"]!);
        var statuses = document["rules"]!.ToDictionary(rule => (string)rule["ruleId"]!, rule => (string)rule["status"]!);
        Assert.All(["TD7016", "TD7018", "TD7019", "TD2004", "TD7001"], rule => Assert.Equal("passed", statuses[rule]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JToken Primary(JObject report) => report["findings"]!.Single(finding => (string)finding["id"]! == (string)report["primary"]!);

    private async Task<JObject> Diagnose(string program, int exitCode, params string[] more)
    {
        string recording = Path.Combine(_folder, "run.jsonl");
        string report = Path.Combine(_folder, "report.json");
        Assert.Contains("faults {}", PythonTorch.Run(PythonTorch.Example(program), recording), StringComparison.Ordinal);

        var outcome = await CommandLine.RunAsync(["diagnose", recording, "--output", report, .. more]);

        Assert.True(outcome.ExitCode == exitCode, outcome.Output + outcome.Error);
        return JObject.Parse(await File.ReadAllTextAsync(report));
    }
}
