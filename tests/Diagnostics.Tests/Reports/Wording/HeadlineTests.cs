using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Tests.Reports.Wording;

/// <summary>The sentence that every report begins with: symptom, cause as sure as it is, first remedy.</summary>
public sealed class HeadlineTests
{
    [Theory]
    [InlineData(0.95, "The loss became NaN at step 3, because numbers overflow. Do this.")]
    [InlineData(0.6, "The loss became NaN at step 3, probably because numbers overflow. Do this.")]
    [InlineData(0.3, "The loss became NaN at step 3, possibly because numbers overflow. Do this.")]
    public void ACauseIsToldAsSureAsItIs(double likelihood, string expected) =>
        Assert.Equal(expected, Of(Finding("TD4001", "The loss became NaN at step 3", Remedy("Do this"), new CauseLikelihood(Cause.NumericOverflow, likelihood))));

    [Fact]
    public void TwoCausesThatAreAsLikelyAreBothToldWhileTheSentenceStaysShort()
    {
        CauseLikelihood[] causes = [new(Cause.CorruptData, 0.45), new(Cause.NumericOverflow, 0.4)];

        Assert.Equal("It broke, probably because some data are corrupt or numbers overflow. Do this.", Of(Finding("TD4001", "It broke", Remedy("Do this"), causes)));
        Assert.Equal(
            "It broke, possibly because some data are corrupt. " + string.Join(' ', Enumerable.Repeat("word", 16)) + ".",
            Of(Finding("TD4001", "It broke", Remedy(string.Join(' ', Enumerable.Repeat("word", 16))), causes)));

        // Of a sentence that is longer still, a cause that is no more than possible is told by the card alone.
        Assert.Equal(
            "It broke. " + string.Join(' ', Enumerable.Repeat("word", 20)) + ".",
            Of(Finding("TD4001", "It broke", Remedy(string.Join(' ', Enumerable.Repeat("word", 20))), causes)));
    }

    [Fact]
    public void WhatIsSeenInTheStructureNamesTheMistakeItself() =>
        Assert.Equal("Softmax is applied twice. Do this.", Of(Finding("TD7001", "Softmax is applied twice", Remedy("Do this"), new CauseLikelihood(Cause.WrongOutputActivation, 0.9))));

    [Theory]
    [InlineData(true, 0.95, "The weights explode, because learning rate 30 is about 1,000 times too high. Set it to 0.03.")]
    [InlineData(true, 0.6, "The weights explode, probably because learning rate 30 is about 1,000 times too high. Set it to 0.03.")]
    [InlineData(false, 0.6, "The weights explode, probably because learning rate 30 is too high. Set it to 0.03.")]
    public void HowFarARateIsOffIsToldWhereTheStepsWereMeasured(bool isMeasured, double likelihood, string expected)
    {
        var remedy = Remedy("Set the learning rate to 0.03 (now 30)") with { Actions = [new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.03 }] };

        Assert.Equal(expected, Of(Finding("TD5005", "The weights explode", remedy, new CauseLikelihood(Cause.LearningRateTooHigh, likelihood)), isMeasured));
    }

    /// <summary>A remedy that goes against the cause that stands in front tells no multiple: the sentence would contradict itself.</summary>
    [Fact]
    public void ARateThatIsRaisedIsNotCalledTooHigh()
    {
        var remedy = Remedy("Raise it") with { Actions = [new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 300 }] };

        Assert.Equal("It stands still, probably because the learning rate is too high. Raise it.", Of(Finding("TD4002", "It stands still", remedy, new CauseLikelihood(Cause.LearningRateTooHigh, 0.6)), isMeasured: true));
    }

    [Fact]
    public void AHealthyRunSaysWhatItsLossDidInValuesThatWereMeasured()
    {
        var report = SampleRun.Healthy();
        var loss = report.Diagnosis.Facts.Of(Metric.Loss)!.Value;

        Assert.Equal(FormattableString.Invariant($"Nothing wrong was found: the loss fell from {loss.First:G4} to {loss.Last:G4} in 400 steps. No change is needed."), report.Headline.ToString());
    }

    [Theory]
    [InlineData(0, "Nothing was measured, so nothing can be said.")]
    [InlineData(1, "One loss value is too few to judge.")]
    [InlineData(5, "5 loss values are too few to judge.")]
    public void ARunThatCannotBeJudgedSaysWhyAndWhatToDo(int losses, string beginning)
    {
        var engine = new RuleEngine(RuleSet.Default, new ScopeTable());
        engine.Begin(new RunDescription { Name = "short" });
        for (int step = 0; step < losses; step++)
        {
            engine.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 1 - (0.1 * step)));
        }

        var report = DiagnosisReport.Create(engine.Diagnose());

        Assert.Equal(Verdict.Inconclusive, report.Verdict);
        Assert.StartsWith(beginning, report.Headline.ToString(), StringComparison.Ordinal);
        Assert.True(report.Headline.ToString().TrimEnd('.').Contains(". ", StringComparison.Ordinal), report.Headline.ToString());
    }

    [Fact]
    public void AllFormatsBeginWithTheSameSentence()
    {
        var report = SampleRun.Ill();
        string sentence = report.Headline.ToString();

        Assert.Equal(sentence, report.ToDocument().Summary);
        Assert.Equal(sentence, report.ToDocument().Findings[0].Headline);
        foreach (var format in new[] { ReportFormat.Html, ReportFormat.Sarif, ReportFormat.Annotations, ReportFormat.Junit, ReportFormat.CodeQuality })
        {
            using var text = new StringWriter();
            report.WriteTo(ReportExporters.Create(format), text);
            string written = text.ToString().Replace("%25", "%", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal);
            Assert.Contains(sentence, written, StringComparison.Ordinal);
        }
    }

    private static string Of(Finding finding, bool isMeasured = false)
    {
        var engine = new RuleEngine(new RuleSet([]), new ScopeTable());
        engine.Begin(new RunDescription { Name = "run" });
        engine.Observe(new Measurement(0, Metric.LearningRate, ScopeTable.Run, 30));
        if (isMeasured)
        {
            engine.Observe(new Measurement(0, Metric.GlobalUpdateRatio, ScopeTable.Run, 50));
        }

        return Headline.Of(finding, engine.Diagnose().Facts).ToString();
    }

    private static Finding Finding(string rule, string title, Remedy remedy, params CauseLikelihood[] causes) => new()
    {
        Id = "F1",
        Rule = RuleCatalog.Find(rule)!.Descriptor,
        Severity = Severity.Error,
        Confidence = 0.9,
        Title = Text.FromString(title),
        Message = Text.FromString("Observed."),
        Evidence = [],
        Causes = causes,
        Remedies = [remedy],
    };

    private static Remedy Remedy(string title) => new() { Title = Text.FromString(title), Actions = [], Rationale = Text.FromString("Because.") };
}
