namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>How <c>diagnose</c> did on logs that others wrote.</summary>
/// <param name="Files">The number of logs.</param>
/// <param name="Formats">The number of formats among them.</param>
/// <param name="Kinds">The figures by kind of label.</param>
/// <param name="Wrong">What was judged wrong, a line each.</param>
internal sealed record LogScore(int Files, int Formats, IReadOnlyList<LogKindScore> Kinds, IReadOnlyList<string> Wrong);

/// <summary>The figures of one kind of label.</summary>
/// <param name="Name">The kind: what is counted as right.</param>
/// <param name="Count">The number of logs.</param>
/// <param name="Right">The number judged right.</param>
internal sealed record LogKindScore(string Name, int Count, int Right);
