namespace TrainingDoctor.Rules.Distribution;

/// <summary>The values of one metric of all ranks at one step.</summary>
internal sealed class RankValues
{
    private readonly List<int> _scopes = [];
    private readonly Dictionary<int, int> _indices = [];
    private double[] _values = [];
    private double[] _sorted = [];

    /// <summary>Gets the number of ranks seen so far.</summary>
    public int Count => _scopes.Count;

    /// <summary>Gets the scope of the rank at a place.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public int Scope(int index) => _scopes[index];

    /// <summary>Gets the value of the rank at a place; NaN when it did not report in this step.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public double this[int index] => _values[index];

    public void Set(in Measurement measurement)
    {
        if (!_indices.TryGetValue(measurement.Scope, out int index))
        {
            index = _scopes.Count;
            _indices.Add(measurement.Scope, index);
            _scopes.Add(measurement.Scope);
            if (index >= _values.Length)
            {
                Array.Resize(ref _values, 2 * (index + 1));
                Array.Resize(ref _sorted, _values.Length);
                Array.Fill(_values, double.NaN, index, _values.Length - index);
            }
        }

        _values[index] = measurement.Value;
    }

    /// <summary>Returns the median over the ranks that reported; NaN unless at least two did.</summary>
    public double Median() => Middle(static (sorted, count) => (sorted[(count - 1) / 2] + sorted[count / 2]) / 2);

    /// <summary>Returns the lower median over the ranks that reported: of two, the smaller. NaN unless at least two did.</summary>
    public double LowerMedian() => Middle(static (sorted, count) => sorted[(count - 1) / 2]);

    /// <summary>Forgets the values, not the ranks.</summary>
    public void Clear() => Array.Fill(_values, double.NaN);

    private double Middle(Func<double[], int, double> choose)
    {
        int count = 0;
        for (int i = 0; i < _values.Length; i++)
        {
            if (double.IsFinite(_values[i]))
            {
                _sorted[count++] = _values[i];
            }
        }

        if (count < 2)
        {
            return double.NaN;
        }

        Array.Sort(_sorted, 0, count);
        return choose(_sorted, count);
    }
}
