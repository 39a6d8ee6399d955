namespace TrainingDoctor.Tests.Families;

/// <summary>Runs of particular kinds of training while they go on: the ill are told before their end, the healthy are left alone, and the end is what it would have been without a look on the way.</summary>
public sealed class LiveFamilyTests
{
    private const int Seeds = 20;

    private static readonly List<(CurveFamily Family, Course Course)> Courses = [.. TaskFamilies.All.SelectMany(family => Enumerable.Range(0, Seeds).Select(seed => (family, Course.Of(family, seed))))];

    [Fact]
    public void WhatIsIllIsToldWhileItRuns()
    {
        // That a reward stays away only a long time tells.
        var lasting = Courses.Where(item => !item.Family.IsHealthy && item.Family.Expected is not ["reward-stagnation"] && item.Course.Rows >= 100).ToList();
        var missed = lasting.Where(item => !item.Course.Told.Exists(told => told.Severity >= Severity.Warning && item.Family.Expected.Contains(told.Rule))).ToList();

        Assert.True(missed.Count <= 0.1 * lasting.Count, $"{missed.Count} of {lasting.Count} were told at their end only: {string.Join("; ", missed.CountBy(item => item.Family.Name))}");
    }

    [Fact]
    public void WhatIsHealthyIsLeftAloneWhileItRuns()
    {
        var healthy = Courses.Where(item => item.Family.IsHealthy).ToList();
        var wrong = healthy.Where(item => item.Course.Told.Exists(told => told.Severity >= Severity.Warning)).ToList();

        Assert.True(wrong.Count <= 0.03 * healthy.Count, $"{wrong.Count} of {healthy.Count}: {string.Join("; ", wrong.CountBy(item => $"{item.Family.Name}: {item.Course.Told[0]}"))}");
    }

    [Fact]
    public void ARewardThatStaysAwayForLongIsToldWhileItDoes()
    {
        var flat = new CurveFamily("stagnation: for long", ["reward-stagnation"], dice => Trace.Of(Metric.Reward, Enumerable.Range(0, 1500).Select(_ => 0.3 + (0.1 * dice.Normal())))) { Task = TrainingTask.Reinforcement };

        int told = Enumerable.Range(0, Seeds).Count(seed => Course.Of(flat, seed).Told.Contains(("reward-stagnation", Severity.Warning)));

        Assert.True(told >= 0.9 * Seeds, $"{told} of {Seeds}");
    }

    [Fact]
    public void LooksOnTheWayDoNotChangeTheEnd() => Assert.All(Courses, item => Assert.Equal(item.Course.WithoutLooks, item.Course.WithLooks));

    /// <summary>A run that was looked at while it went on.</summary>
    /// <param name="Rows">The number of its steps.</param>
    /// <param name="Told">What was told before the end.</param>
    /// <param name="WithLooks">What its end warns of.</param>
    /// <param name="WithoutLooks">What the end of the same run warns of that nobody looked at before.</param>
    private sealed record Course(int Rows, List<(string Rule, Severity Severity)> Told, IReadOnlyList<string> WithLooks, IReadOnlyList<string> WithoutLooks)
    {
        public static Course Of(CurveFamily family, int seed)
        {
            var scopes = new ScopeTable();
            var engine = new RuleEngine(RuleSet.Default, scopes) { IsLive = true };
            var told = new List<(string, Severity)>();
            bool isOver = false;
            engine.FindingOpened += finding =>
            {
                if (!isOver)
                {
                    told.Add((finding.Rule.Name, finding.Severity));
                }
            };
            engine.Begin(new RunDescription { Task = family.Task, Log = new LogDescription { Format = family.Format, LossIsAveraged = true } });
            var steps = new HashSet<long>();
            foreach (var (step, metric, kind, scope, value) in family.Draw(new Dice(seed)).Rows)
            {
                steps.Add(step);
                engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
            }

            isOver = true;
            return new Course(steps.Count, told, Warnings(engine.Diagnose()), Warnings(family.Diagnose(RuleSet.Default, seed)));
        }

        private static List<string> Warnings(RunDiagnosis diagnosis) =>
            [.. diagnosis.Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => $"{finding.Rule.Name} {finding.Severity} {finding.FirstStep}-{finding.LastStep} {finding.Message}")];
    }
}
