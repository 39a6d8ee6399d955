namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What a mean cross entropy and the share of right answers say of each other.</summary>
internal static class AnswerCost
{
    /// <summary>Returns the least share of right answers that a loss leaves: a wrong answer gives its true class a probability of at most a half, which costs at least ln 2.</summary>
    /// <param name="loss">The mean cross entropy, in nats.</param>
    /// <returns>The share; zero or below where the loss says nothing.</returns>
    public static double LeastAccuracy(double loss) => 1 - (loss / Math.Log(2));

    /// <summary>Returns what answers cost that are as sure as they are right.</summary>
    /// <param name="accuracy">The share of right answers, from 0 to 1.</param>
    /// <returns>The entropy, in nats.</returns>
    public static double Entropy(double accuracy) => accuracy is > 0 and < 1 ? -(accuracy * Math.Log(accuracy)) - ((1 - accuracy) * Math.Log(1 - accuracy)) : 0;
}
