using TrainingDoctor.Probes;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Which steps are measured at the start unless the schedule says: the first and the powers of two always, more where they cost little or something looks wrong.</summary>
public sealed class SpreadBeginningTests
{
    private static readonly long[] Powers = [0, 1, 2, 4, 8, 16, 32, 64];

    [Fact]
    public void OfALargeNetworkTheFirstStepAndThePowersOfTwoAreMeasured() => Assert.Equal([.. Powers, 128, 256], new Training(1000).Run(300));

    [Fact]
    public void OfASmallNetworkMostStepsAreMeasuredWhateverTheClockSays()
    {
        long[] measured = new Training(1000, layers: 8, parameters: 10, weights: 10_000).Run(160);

        Assert.InRange(measured.Count(step => step < 100), 30, 60);
        Assert.Equal([100, 110, 120, 128, 130, 140, 150], measured.Where(step => step >= 100));
    }

    [Fact]
    public void TheFirstStepsOfASmallNetworkFollowOnEachOther() => Assert.Equal(20, new Training(1000, layers: 5, parameters: 6, weights: 1_000).Run(20).Length);

    [Fact]
    public void ALargeNetworkIsMeasuredAsFarAsItsOwnStepsPayForIt()
    {
        // Steps of 100 ms, of which measuring takes 5: with what cannot be timed a step in six or seven, and later every tenth.
        long[] measured = new Training(5).Run(960);

        Assert.Empty(Powers.Except(measured));
        Assert.All(Enumerable.Range(2, 28), window => Assert.InRange(measured.Count(step => step / 32 == window), 1, 7));
        Assert.InRange(measured.Count(step => step >= 100), 84, 92);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatIsNoNumberIsFollowed(double loss)
    {
        long[] measured = new Training(1000).Run(100, (clock, step) => clock.Observe(step, step == 20 ? loss : 1));

        Assert.Equal([21, 22, 23, 24, 25, 26, 27, 28], measured.Except(Powers));
    }

    [Fact]
    public void ARuleInDoubtIsGivenTheNextSteps()
    {
        long[] measured = new Training(1000).Run(100, (clock, step) => clock.Doubt(step < 20 ? -1 : 20));

        Assert.Equal([21, 22, 23], measured.Except(Powers));
    }

    [Fact]
    public void DoubtsThatNeverEndAreGivenThirtyTwoSteps()
    {
        long[] measured = new Training(1000).Run(100, (clock, step) => clock.Doubt(step));

        Assert.Equal(32, measured.Except(Powers).Count());
    }

    [Fact]
    public void AFindingAloneIsNoReasonToLeaveTheBudget()
    {
        long[] measured = new Training(1000).Run(100, (clock, step) =>
        {
            if (step == 20)
            {
                clock.Alarm(step);
            }
        });

        Assert.Equal(Powers, measured);
    }

    [Fact]
    public void DistributionsAreCountedWhereTheyCostLittle()
    {
        var small = new SampleClock(new SamplingSchedule(), 0.02);
        small.Expect(3, 4, 1_000);
        var large = new SampleClock(new SamplingSchedule(), 0.02);
        large.Expect(100, 200, 50_000_000);

        Assert.True(small.PaysCounting());
        Assert.False(large.PaysCounting());
        Assert.True(new SampleClock(SamplingSchedule.EveryStep, 0.02).PaysCounting());
    }

    [Fact]
    public void AScheduleThatSaysHowManyStepsAreDenseIsTakenAtItsWord()
    {
        var clock = new SampleClock(new SamplingSchedule { DenseSteps = 100 }, 0.02);
        clock.Expect(100, 200, 50_000_000);

        Assert.Equal(100, Wanted(clock, 0, 100).Length);
    }

    [Fact]
    public void WithoutABudgetTheFirstHundredStepsAreDense()
    {
        var clock = new SampleClock(new SamplingSchedule { KeepsBudget = false }, 0.02);
        clock.Expect(100, 200, 50_000_000);

        Assert.Equal(100, Wanted(clock, 0, 100).Length);
    }

    private static long[] Wanted(SampleClock clock, int from, int to) => [.. Enumerable.Range(from, to - from).Select(step => (long)step).Where(clock.Wants)];

    /// <summary>A network, large unless told otherwise, whose steps take 100 ms.</summary>
    private sealed class Training(int measuring, int layers = 100, int parameters = 200, long weights = 50_000_000) : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now;

        /// <summary>Takes steps and returns those that were measured.</summary>
        public long[] Run(int steps, Action<SampleClock, long>? during = null)
        {
            var clock = new SampleClock(new SamplingSchedule(), 0.02, this);
            clock.Expect(layers, parameters, weights);
            var measured = new List<long>();
            bool isMeasured = true;
            for (long step = 0; step < steps; step++)
            {
                long begun = _now += 100;
                if (isMeasured)
                {
                    measured.Add(step);
                    _now += measuring;
                }

                clock.Spend(begun);
                during?.Invoke(clock, step);
                isMeasured = clock.Wants(step + 1);
            }

            return [.. measured];
        }
    }
}
