namespace TrainingDoctor.Tests.Watch;

/// <summary>A stopwatch that stands still: nothing takes time, so nothing rests, and every look is due.</summary>
internal sealed class StillTime : TimeProvider
{
    public override long GetTimestamp() => 0;
}
