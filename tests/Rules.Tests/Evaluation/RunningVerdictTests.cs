using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Tests.Engine;

namespace TrainingDoctor.Tests.Evaluation;

/// <summary>When a run that goes on is looked at, what it takes to tell what was seen, and what becomes of it in the end.</summary>
public sealed class RunningVerdictTests
{
    private readonly List<Symptom> _opened = [];
    private readonly List<string> _told = [];
    private readonly List<long> _looks = [];
    private long _step;

    [Fact]
    public void LooksLieEverFartherApart()
    {
        var verdict = Over(firstLook: 2, looks: 2, _ => null);

        Pass(verdict, 0, 20);

        Assert.Equal([2L, 3L, 4L, 5L, 6L, 8L, 10L, 12L, 15L, 18L], _looks);
        Assert.Empty(_opened);
    }

    [Fact]
    public void ARunThatIsOverIsNotLookedAtOnTheWay()
    {
        var verdict = Over(firstLook: 2, looks: 1, _ => ProbeRule.Ill(1), isLive: false);

        Pass(verdict, 0, 20);
        Assert.Empty(_looks);

        verdict.Complete();
        Assert.Single(_opened);
    }

    /// <summary>What as many looks in a row see is told, once; a remark, and something else between, begin the count anew.</summary>
    [Theory]
    [InlineData("a a a", 1, "a@2")]
    [InlineData("a a a", 2, "a@3")]
    [InlineData("a a a", 3, "a@4")]
    [InlineData("a b b", 2, "b@4")]
    [InlineData("a - a", 2, "")]
    [InlineData("a i a", 2, "")]
    [InlineData("a b a", 2, "")]
    public void SoManyLooksMustSeeTheSame(string seen, int looks, string expected)
    {
        string[] variants = seen.Split(' ');
        var verdict = Over(firstLook: 2, looks, step => variants[step - 2] switch { "-" => null, "i" => ProbeRule.Ill(step, Severity.Info, "a"), var variant => ProbeRule.Ill(step, Severity.Warning, variant) });

        Pass(verdict, 0, 5);

        Assert.Equal(expected, string.Join(' ', _told));
    }

    /// <summary>A later look takes the place of the one before; the step at which it was first not seen any more stays.</summary>
    [Fact]
    public void WhatIsSeenNoMoreHasRecovered()
    {
        var verdict = Over(firstLook: 2, looks: 1, step => step is 2 or 3 ? Told(step, "a") : step == 5 ? Told(step, "b") : null);

        Pass(verdict, 0, 4);
        var symptom = Assert.Single(_opened);
        Assert.Equal((3L, 3.0, 3.0), (symptom.LastStep!.Value, symptom.Evidence.Single().Value, symptom.Values.Single().Value));
        Assert.Null(symptom.RecoveredAt);

        Pass(verdict, 4, 7);
        Assert.Equal((4L, 3L, 1), (symptom.RecoveredAt!.Value, symptom.LastStep!.Value, _opened.Count));
    }

    /// <summary>The end has the last word: what it sees, too, becomes as it sees it; what it does not was a remark.</summary>
    [Theory]
    [InlineData("a", 1, Severity.Error, null)]
    [InlineData("b", 2, Severity.Info, 41L)]
    [InlineData("-", 1, Severity.Info, 41L)]
    public void TheEndHasTheLastWord(string atTheEnd, int count, Severity severity, long? recovered)
    {
        bool isOver = false;
        var verdict = Over(firstLook: 2, looks: 1, step => !isOver ? Told(step, "a") : atTheEnd == "-" ? null : ProbeRule.Ill(99, Severity.Error, atTheEnd));
        Pass(verdict, 0, 4);

        isOver = true;
        verdict.Complete();

        Assert.Equal(count, _opened.Count);
        Assert.Equal((severity, recovered), (_opened[0].Severity, _opened[0].RecoveredAt));
        Assert.Equal(atTheEnd == "a" ? 99 : 3, _opened[0].FirstStep);
        Assert.Equal(atTheEnd == "a" ? 0 : 1, _opened[0].Evidence.Count);
    }

    /// <summary>What had recovered on the way keeps the step at which it had.</summary>
    [Fact]
    public void AnEarlierRecoveryIsKept()
    {
        var verdict = Over(firstLook: 2, looks: 1, step => step == 2 ? Told(step, "a") : null);
        Pass(verdict, 0, 6);
        verdict.Complete();

        Assert.Equal((3L, Severity.Info), (_opened[0].RecoveredAt!.Value, _opened[0].Severity));
    }

    [Fact]
    public void ASymptomBecomesWhatALaterLookSaw()
    {
        object subject = new();
        var symptom = Told(2, "a");
        symptom.Become(new Symptom
        {
            Severity = Severity.Error,
            Confidence = 0.3,
            FirstStep = 7,
            LastStep = 8,
            RecoveredAt = 9,
            Subject = subject,
            Evidence = [new Evidence("one", null, 1, 1, null, ">"), new Evidence("two", null, 2, 2, null, ">")],
            Values = new Dictionary<string, double> { ["x"] = 1, ["y"] = 2 },
        });

        Assert.Equal((Severity.Error, 0.3, 7L, 8L, 9L), (symptom.Severity, symptom.Confidence, symptom.FirstStep!.Value, symptom.LastStep!.Value, symptom.RecoveredAt!.Value));
        Assert.Same(subject, symptom.Subject);
        Assert.Equal(["one", "two"], symptom.Evidence.Select(evidence => evidence.Metric));
        Assert.Equal(["x", "y"], symptom.Values.Keys.Order(StringComparer.Ordinal));
    }

    private static Symptom Told(long step, string variant) => new()
    {
        Severity = Severity.Warning,
        Variant = variant,
        FirstStep = step,
        LastStep = step,
        Evidence = [new Evidence("number", null, step, step, null, ">")],
        Values = new Dictionary<string, double> { ["step"] = step },
    };

    /// <summary>Passes steps with two measurements each.</summary>
    private void Pass(RunningVerdict verdict, long from, long to)
    {
        for (_step = from; _step < to; _step++)
        {
            verdict.Observe(_step);
            verdict.Observe(_step);
        }
    }

    private RunningVerdict Over(int firstLook, int looks, Func<long, Symptom?> judge, bool isLive = true)
    {
        var facts = Measured.Facts(Trace.Of(Metric.Loss, 1).From(41), isLive: isLive);
        return new RunningVerdict(new RuleContext(facts, facts.Scopes[ScopeTable.Run], Take), firstLook, looks, () =>
        {
            _looks.Add(_step);
            return judge(_step);
        });
    }

    private void Take(Symptom symptom)
    {
        _opened.Add(symptom);
        _told.Add(FormattableString.Invariant($"{symptom.Variant}@{_step}"));
    }
}
