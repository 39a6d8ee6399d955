using Newtonsoft.Json.Linq;
using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Reports;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Sources;

/// <summary>Findings name the line of the program that they are about. The lines that are expected carry a comment, which the tests look for in this very file.</summary>
public sealed class SourcePlaceTests : IDisposable
{
    private const string Own = "tests/Diagnostics.Tests/Sources/SourcePlaceTests.cs";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ALayerIsFoundWhereItIsAssigned()
    {
        var place = Finding(Run(), "TD7008").Location!;

        Assert.Equal((SourceRole.Layer, LineOf("the dropout")), (place.What, place.Line));
        Assert.EndsWith(Own, place.File, StringComparison.Ordinal);
        Assert.NotNull(place.Column);
    }

    [Fact]
    public void ARateIsFoundWhereItsOptimizerIsMade() =>
        Assert.Contains(Run().Run.Places, place => place.What == SourceRole.Optimizer && place.Line == LineOf("the optimizer"));

    [Fact]
    public void WhatOnlyTheEndTellsHasTheLineOfItsLayerToo()
    {
        string recording = Path.Combine(_folder, "run.jsonl");
        var place = Finding(Run(recording), "TD0002").Location!;
        var replayed = DiagnosisReport.Create(Assert.Single(LogDiagnosis.Diagnose(Assert.Single(LogOpener.Open(recording)), RuleSet.Default)));

        Assert.Equal((SourceRole.Layer, "_idle", LineOf("the idle layer")), (place.What, place.Name, place.Line));
        Assert.Equal(place, Finding(replayed, "TD0002").Location);
    }

    [Fact]
    public void TheReplayNamesTheSameLines()
    {
        var live = Run(Path.Combine(_folder, "run.jsonl"));
        var replayed = DiagnosisReport.Create(Assert.Single(LogDiagnosis.Diagnose(Assert.Single(LogOpener.Open(Path.Combine(_folder, "run.jsonl"))), RuleSet.Default)));

        Assert.Equal(live.Findings.Select(finding => (finding.Rule.Id, finding.Location)), replayed.Findings.Select(finding => (finding.Rule.Id, finding.Location)));
        Assert.Contains(replayed.Findings, finding => finding.Location is not null);
    }

    [Fact]
    public void ReportsPointThere()
    {
        var report = Run();
        int line = LineOf("the dropout");

        var finding = JObject.Parse(Text(report, new JsonReportExporter()))["findings"]!.Single(item => (string)item["ruleId"]! == "TD7008");
        Assert.Equal((line, "layer"), ((int)finding["location"]!["line"]!, (string)finding["location"]!["what"]!));
        var result = JObject.Parse(Text(report, new SarifReportExporter()))["runs"]![0]!["results"]!.Single(item => (string)item["ruleId"]! == "TD7008");
        Assert.Equal(line, (int)result["locations"]![0]!["physicalLocation"]!["region"]!["startLine"]!);
        Assert.EndsWith(Own, (string)result["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!, StringComparison.Ordinal);
        Assert.Contains($"SourcePlaceTests.cs,line={line},col=", Text(report, new AnnotationsReportExporter()), StringComparison.Ordinal);
        Assert.Contains($"SourcePlaceTests.cs:{line}", Text(report, new MarkdownReportExporter()).Replace("\\", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"SourcePlaceTests.cs:{line}", Text(report, new HtmlReportExporter()), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAPlaceNothingIsToldAndNothingIsLost()
    {
        using var model = new Dropping();
        using var monitor = TrainingMonitor.Attach(model, callerFile: null);

        Assert.Null(Finding(monitor.Complete(), "TD7008").Location);
    }

    private static DiagnosisReport Run(string? recording = null)
    {
        using var model = new Dropping();
        using var optimizer = optim.SGD(model.parameters(), 0); // the optimizer
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, RecordTo = recording });
        for (int step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = model.call(randn(8, 4)).square().mean();
            loss.backward();
            optimizer.step();
            monitor.Step(loss);
        }

        return monitor.Complete();
    }

    private static Finding Finding(DiagnosisReport report, string id) => Assert.Single(report.Findings, finding => finding.Rule.Id == id);

    private static int LineOf(string comment) => 1 + Array.FindIndex(File.ReadAllLines(Path.Combine(Repository.Root, Own)), line => line.EndsWith($"// {comment}", StringComparison.Ordinal));

    private static string Text(DiagnosisReport report, IReportExporter exporter)
    {
        using var text = new StringWriter();
        exporter.Write(report, text);
        return text.ToString();
    }

    private sealed class Dropping : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first;
        private readonly Dropout _drop;
        private readonly Linear _second;
        private readonly Linear _idle;

        public Dropping()
            : base(nameof(Dropping))
        {
            _first = nn.Linear(4, 8);
            _drop = nn.Dropout(0.95); // the dropout
            _second = nn.Linear(8, 1);
            _idle = nn.Linear(4, 4); // the idle layer
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _second.call(_drop.call(nn.functional.relu(_first.call(input))));
    }
}
