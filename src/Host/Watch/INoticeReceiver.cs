namespace TrainingDoctor.Host.Watch;

/// <summary>Someone who is told of findings.</summary>
internal interface INoticeReceiver : IDisposable
{
    /// <summary>Tells of one finding.</summary>
    /// <param name="json">The finding.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Why it could not be told, without anything secret; null when it was.</returns>
    Task<string?> TellAsync(string json, CancellationToken cancellation);
}
