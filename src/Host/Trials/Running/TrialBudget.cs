using System.Diagnostics;
using System.Globalization;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>What trials may cost: a time, or a number of whole trainings, the one as it is included. Nothing is begun that would go beyond it.</summary>
internal sealed class TrialBudget
{
    /// <summary>The number of trainings unless the user names another.</summary>
    public const double UsualTrainings = 6;

    /// <summary>The share of the time that the training as it is may take: a third leaves as much for a whole trial, and as much to find it.</summary>
    private const double ShareAsItIs = 1.0 / 3;

    /// <summary>Trials do not run exactly as long as they were expected to.</summary>
    private const double Slack = 0.02;

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private double _reserved;

    private TrialBudget(TimeSpan? time, double trainings) => (Time, Trainings) = (time, trainings);

    /// <summary>Gets the time; null for any.</summary>
    public TimeSpan? Time { get; }

    /// <summary>Gets the number of trainings; infinite where the time counts.</summary>
    public double Trainings { get; }

    /// <summary>Gets what was spent, in whole trainings.</summary>
    public double Spent { get; private set; }

    /// <summary>Gets the time that is left; null for any.</summary>
    public TimeSpan? Left => Time is { } time ? TimeSpan.FromTicks(Math.Max(0, (time - Stopwatch.GetElapsedTime(_begun)).Ticks)) : null;

    /// <summary>Gets how long the training as it is may take; null for any time.</summary>
    public TimeSpan? ForAsItIs => Time * ShareAsItIs;

    /// <summary>Gets a value indicating whether nothing new is to be begun.</summary>
    public bool IsSpent => Spent >= Trainings - Slack || Left == TimeSpan.Zero;

    /// <summary>Reads a budget: <c>90s</c>, <c>10m</c> or <c>2h</c>, or a number of trainings.</summary>
    /// <param name="text">The text; null for the usual one.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static TrialBudget Parse(string? text)
    {
        if (text is null)
        {
            return new TrialBudget(null, UsualTrainings);
        }

        double? trainings = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
        return trainings is >= 1 and <= 1000 ? new TrialBudget(null, trainings.Value)
            : trainings is null && Duration.Parse(text) is { } time ? new TrialBudget(time, double.PositiveInfinity)
            : throw new UsageException($"--budget: '{text}' is not a budget; expected a time, e.g. 90s, 10m or 2h, or a number of trainings from 1 to 1000.");
    }

    /// <summary>Reserves what a trial is expected to cost.</summary>
    /// <param name="trainings">The cost, in whole trainings.</param>
    /// <param name="time">The time that it is expected to take.</param>
    /// <returns>False where that is too much.</returns>
    public bool TryReserve(double trainings, TimeSpan time)
    {
        lock (_lock)
        {
            if (Spent + _reserved + trainings > Trainings + Slack || time > Left)
            {
                return false;
            }

            _reserved += trainings;
            return true;
        }
    }

    /// <summary>Notes what was spent.</summary>
    /// <param name="reserved">What had been reserved for it.</param>
    /// <param name="spent">What it cost.</param>
    public void Settle(double reserved, double spent)
    {
        lock (_lock)
        {
            _reserved -= reserved;
            Spent += spent;
        }
    }

    /// <summary>Returns the budget in words.</summary>
    public override string ToString() => Time is { } time ? Duration.Tell(time) : FormattableString.Invariant($"{Trainings:0.##} trainings");
}
