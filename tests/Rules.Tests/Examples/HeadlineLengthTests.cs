using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Tests.Examples;

/// <summary>What every report, notice and row begins with is read at a glance: no rule may say more at once.</summary>
public sealed class HeadlineLengthTests
{
    /// <summary>So many words are read in ten seconds, with a look at the curve.</summary>
    private const int MostWords = 25;

    private static readonly RunDescription?[] Situations =
    [
        null,
        new RunDescription { Situation = new RunSituation { IsPretrained = true } },
        new RunDescription { Situation = new RunSituation { IsPretrained = true, Precision = "bf16" } },
        new RunDescription { Framework = "nanogpt" },
        new RunDescription { Framework = "huggingface" },
        new RunDescription { Framework = "lightning" },
        new RunDescription { Framework = "keras" },
        new RunDescription { Framework = "ultralytics" },
    ];

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void AHeadlineIsReadAtAGlance(string ruleId)
    {
        var example = RuleExamples.All[ruleId];
        foreach (var situation in Situations)
        {
            var run = example.IllRun with { Situation = situation?.Situation ?? example.IllRun.Situation, Framework = situation?.Framework ?? example.IllRun.Framework };
            var report = DiagnosisReport.Create(RuleVerifier.Diagnose([example.CreateRule()], example.Ill, run));
            string[] headlines = [report.Headline.ToString(), .. report.Findings.Select(finding => report.HeadlineOf(finding).ToString())];
            Assert.All(headlines, headline => Assert.True(headline.Split(' ').Length <= MostWords, FormattableString.Invariant($"{headline.Split(' ').Length} words: {headline}")));
        }
    }
}
