using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Preflights;

/// <summary>Small programs, broken in one way each, and sound ones that look like them.</summary>
internal static class Programs
{
    private const int Batch = 8;
    private const int Length = 6;
    private const int Words = 12;

    public static IReadOnlyDictionary<string, Program> Broken { get; } = new Dictionary<string, Program>
    {
        ["view merges samples"] = Classifier(() => new Net((net, x) => net.Call("out", x.transpose(0, 1).contiguous().view(Batch, 30)), ("out", nn.Linear(30, 3))), 5) with
        { Input = () => randn(Batch, Length, 5), Expected = ["TD7016"] },
        ["reshape crosses channels and samples"] = Classifier(() => new Net(
            (net, x) => net.Call("out", nn.functional.relu(net.Call("conv", x)).permute(1, 0, 2, 3).reshape(Batch, -1)), ("conv", nn.Conv2d(1, 4, 3, padding: 1)), ("out", nn.Linear(256, 3))), 5) with
        { Input = () => randn(Batch, 1, 8, 8), Expected = ["TD7016"] },
        ["recurrent layer runs over the batch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(x, null).Item1.select(1, -1)), ("lstm", nn.LSTM(5, 8)), ("out", nn.Linear(8, 3))), 5) with
        { Input = () => randn(Batch, Length, 5), Expected = ["TD7016"], Layer = "lstm" },
        ["gated recurrent layer runs over the batch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<GRU>("gru").call(x, null).Item1.mean([1])), ("gru", nn.GRU(5, 8)), ("out", nn.Linear(8, 3))), 5) with
        { Input = () => randn(Batch, Length, 5), Expected = ["TD7016"], Layer = "gru" },
        ["encoder attends over the batch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<TransformerEncoderLayer>("encoder").call(x, null!, null!).mean([1])), ("encoder", nn.TransformerEncoderLayer(8, 2, 16, 0.1)), ("out", nn.Linear(8, 3))), 8) with
        { Input = () => randn(Batch, Length, 8), Expected = ["TD7016"], Layer = "encoder" },
        ["attention over the batch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<MultiheadAttention>("attention").call(x, x, x, null, false, null).Item1.mean([1])), ("attention", nn.MultiheadAttention(8, 2)), ("out", nn.Linear(8, 3))), 8) with
        { Input = () => randn(Batch, Length, 8), Expected = ["TD7016"], Layer = "attention" },
        ["softmax over the batch"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.softmax(net.Call("hidden", x), 0)), ("hidden", nn.Linear(5, 9)), ("out", nn.Linear(9, 3))), 5) with { Expected = ["TD7016"] },
        ["mean over the batch is subtracted"] = Classifier(() => new Net((net, x) => net.Call("out", x - x.mean([0], keepdim: true)), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD7016"] },
        ["no causal mask"] = Language(causal: false) with { Expected = ["TD7017"] },
        ["bidirectional language model"] = LanguageOf(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(net.Call("embed", x), null).Item1), ("embed", nn.Embedding(Words, 8)), ("lstm", nn.LSTM(8, 8, batchFirst: true, bidirectional: true)), ("out", nn.Linear(16, Words)))) with
        { Expected = ["TD7017"] },
        ["convolution looks ahead"] = LanguageOf(() => new Net(
            (net, x) => net.Call("out", nn.functional.relu(net.Call("conv", net.Call("embed", x).transpose(1, 2))).transpose(1, 2)), ("embed", nn.Embedding(Words, 8)), ("conv", nn.Conv1d(8, 8, 3, padding: 1)), ("out", nn.Linear(8, Words)))) with
        { Expected = ["TD7017"] },
        ["no causal mask, shifted within the loss"] = Language(causal: false) with
        {
            Target = () => Sequences()[.., ..^1],
            Loss = (output, target) => nn.functional.cross_entropy(output[.., ..^1].reshape(-1, Words), target[.., 1..].reshape(-1)),
            Expected = ["TD7017"],
        },
        ["detached branch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", nn.functional.relu(net.Call("a", x)) + nn.functional.relu(net.Call("b", x)).detach()), ("a", nn.Linear(5, 9)), ("b", nn.Linear(5, 9)), ("out", nn.Linear(9, 3))), 5) with
        { Expected = ["TD2004"] },
        ["unused layer"] = Classifier(() => new Net((net, x) => net.Call("out", x), ("spare", nn.Linear(5, 9)), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD2004"] },
        ["everything detached"] = Classifier(() => new Net((net, x) => net.Call("out", x).detach(), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD7019"] },
        ["channels last into a convolution"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.relu(net.Call("conv", x)).flatten(1)), ("conv", nn.Conv2d(16, 4, 3, padding: 1)), ("out", nn.Linear(4 * 16, 3))), 5) with
        { Input = () => rand(Batch, 16, 16, 1), Expected = ["TD7019"], Layer = "conv" },
        ["channels last that fail"] = Classifier(() => new Net((net, x) => net.Call("conv", x).flatten(1), ("conv", nn.Conv2d(3, 4, 3))), 5) with { Input = () => rand(Batch, 16, 16, 3), Expected = ["TD7019"] },
        ["pixels read as channels"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.relu(net.Call("conv", x.reshape(Batch, 3, 16, 16))).flatten(1)), ("conv", nn.Conv2d(3, 4, 3, padding: 1)), ("out", nn.Linear(1024, 3))), 5) with
        { Input = () => rand(Batch, 16, 16, 3), Expected = ["TD7019"], Layer = "conv" },
        ["output ignores the input"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.relu(net.Call("hidden", x) - 1e4)), ("hidden", nn.Linear(5, 9)), ("out", nn.Linear(9, 3))), 5) with { Expected = ["TD7018"] },
        ["inputs zeroed"] = Classifier(() => new Net((net, x) => net.Call("out", x * 0), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD7018"] },
        ["softmax over one class"] = Regression(() => new Net((net, x) => nn.functional.softmax(net.Call("out", x), 1), ("out", nn.Linear(5, 1)))) with { Expected = ["TD7018"] },
        ["targets broadcast to a table"] = Regression(() => nn.Sequential(("out", nn.Linear(5, 1)))) with { Target = () => randn(Batch * 2), Loss = (output, target) => (output - target).square().mean(), Expected = ["TD7018"] },
        ["dropout in evaluation"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.dropout(net.Call("hidden", x), 0.5, training: true)), ("hidden", nn.Linear(5, 9)), ("out", nn.Linear(9, 3))), 5) with { Expected = ["TD6006"] },
        ["noise in evaluation"] = Classifier(() => new Net((net, x) => net.Call("out", x + (0.1 * randn_like(x))), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD6006"] },
        ["state kept from call to call"] = Classifier(() => new Net(
            (net, x) =>
            {
                net.Kept = ((net.Kept is { } kept ? kept * 0.5 : 0) + x.detach()).DetachFromDisposeScope();
                return net.Call("out", net.Kept);
            },
            ("out", nn.Linear(5, 3))), 5) with
        { Expected = ["TD6006"] },
        ["input overwritten"] = Classifier(() => new Net((net, x) => net.Call("out", x.mul_(0.5)), ("out", nn.Linear(5, 3))), 5) with { Expected = ["TD7019"] },
        ["in place against autograd"] = Classifier(() => new Net(
            (net, x) =>
            {
                var hidden = nn.functional.sigmoid(net.Call("hidden", x));
                hidden.mul_(2);
                return net.Call("out", hidden);
            },
            ("hidden", nn.Linear(5, 9)),
            ("out", nn.Linear(9, 3))), 5) with
        { Expected = ["TD7019"] },
        ["integers into a linear layer"] = Classifier(() => nn.Sequential(("out", nn.Linear(5, 3))), 5) with { Input = () => randint(9, new long[] { Batch, 5 }), Expected = ["TD7019"] },
        ["double into float"] = Classifier(() => nn.Sequential(("out", nn.Linear(5, 3))), 5) with { Input = () => randn(Batch, 5, ScalarType.Float64), Expected = ["TD7019"] },
        ["loss wants other targets"] = Classifier(() => nn.Sequential(("out", nn.Linear(5, 3))), 5) with { Target = () => randint(3, new long[] { Batch + 1 }), Expected = ["TD7019"] },
        ["decay of everything through Adam"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 9)), ("norm", nn.LayerNorm(9)), ("relu", nn.ReLU()), ("out", nn.Linear(9, 3))), 5) with
        { Optimizer = model => optim.Adam(model.parameters(), 1e-3, weight_decay: 0.01), Expected = ["TD7019"] },
        ["bias before batch normalisation"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 9)), ("norm", nn.BatchNorm1d(9)), ("relu", nn.ReLU()), ("out", nn.Linear(9, 3))), 5) with { Expected = ["TD7019"], Layer = "hidden" },
        ["one batch normalisation in two places"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Call("norm", nn.functional.relu(net.Call("hidden", net.Call("norm", net.Call("first", x)))))), ("first", nn.Linear(5, 9, hasBias: false)), ("norm", nn.BatchNorm1d(9)), ("hidden", nn.Linear(9, 9, hasBias: false)), ("out", nn.Linear(9, 3))), 5) with
        { Expected = ["TD7019"], Layer = "norm" },
        ["softmax into cross entropy"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 9)), ("relu", nn.ReLU()), ("out", nn.Linear(9, 3)), ("softmax", nn.Softmax(1))), 5) with { Criterion = () => nn.CrossEntropyLoss(), Expected = ["TD7001"] },
        ["inputs far from unit scale"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 9)), ("relu", nn.ReLU()), ("out", nn.Linear(9, 3))), 5) with
        { Input = () => (rand(Batch, 5) * 5000) + 20_000, Expected = ["TD1002"] },
        ["weights of an absurd scale"] = Classifier(() => Scaled(nn.Sequential(("hidden", nn.Linear(5, 9)), ("relu", nn.ReLU()), ("out", nn.Linear(9, 3))), 1e7), 5) with { Expected = ["TD5008"] },
    };

    public static IReadOnlyDictionary<string, Program> Sound { get; } = new Dictionary<string, Program>
    {
        ["perceptron"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 32)), ("relu", nn.ReLU()), ("out", nn.Linear(32, 3))), 5),
        ["convolutions with batch normalisation and dropout"] = Classifier(() => nn.Sequential(
            ("conv", nn.Conv2d(3, 8, 3, bias: false)), ("norm", nn.BatchNorm2d(8)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.5)), ("pool", nn.AdaptiveAvgPool2d(2)), ("flat", nn.Flatten()), ("out", nn.Linear(32, 3))), 5) with
        { Input = () => rand(Batch, 3, 16, 16) },
        ["images permuted from channels last"] = Classifier(() => new Net((net, x) => net.Call("out", nn.functional.relu(net.Call("conv", x.permute(0, 3, 1, 2))).flatten(1)), ("conv", nn.Conv2d(3, 4, 3, padding: 1)), ("out", nn.Linear(1024, 3))), 5) with
        { Input = () => rand(Batch, 16, 16, 3) },
        ["recurrent layer, batch first"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(x, null).Item1.select(1, -1)), ("lstm", nn.LSTM(5, 16, batchFirst: true)), ("out", nn.Linear(16, 3))), 5) with
        { Input = () => randn(Batch, Length, 5) },
        ["recurrent layer, time first"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(x, null).Item1.select(0, -1)), ("lstm", nn.LSTM(5, 16)), ("out", nn.Linear(16, 3))), 5) with
        { Input = () => randn(Length, Batch, 5) },
        ["transposed for a time first layer"] = Classifier(() => new Net(
            (net, x) => net.Call("out", net.Part<TransformerEncoderLayer>("encoder").call(x.transpose(0, 1), null!, null!).mean([0])), ("encoder", nn.TransformerEncoderLayer(8, 2, 16, 0.1)), ("out", nn.Linear(8, 3))), 8) with
        { Input = () => randn(Batch, Length, 8) },
        ["language model with a causal mask"] = Language(causal: true),
        ["recurrent language model"] = LanguageOf(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(net.Call("embed", x), null).Item1), ("embed", nn.Embedding(Words, 16)), ("lstm", nn.LSTM(16, 32, batchFirst: true)), ("out", nn.Linear(32, Words)))),
        ["time first language model"] = LanguageOf(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(net.Call("embed", x), null).Item1), ("embed", nn.Embedding(Words, 16)), ("lstm", nn.LSTM(16, 32)), ("out", nn.Linear(32, Words)))) with
        { Input = () => Sequences()[.., ..^1].transpose(0, 1).contiguous(), Target = () => Sequences()[.., 1..].transpose(0, 1).contiguous() },
        ["masked language model"] = Language(causal: false) with
        {
            Input = () => Sequences()[.., ..^1].masked_fill(Masked(), 0),
            Target = () => Sequences()[.., ..^1].masked_fill(Masked().logical_not(), -100),
        },
        ["tagging both ways"] = LanguageOf(() => new Net(
            (net, x) => net.Call("out", net.Part<LSTM>("lstm").call(net.Call("embed", x), null).Item1), ("embed", nn.Embedding(Words, 16)), ("lstm", nn.LSTM(16, 16, batchFirst: true, bidirectional: true)), ("out", nn.Linear(32, Words)))) with
        { Target = () => (Sequences()[.., ..^1] * 7 + 3) % Words },
        ["shifted within the loss"] = Language(causal: true) with
        {
            Target = () => Sequences()[.., ..^1],
            Loss = (output, target) => nn.functional.cross_entropy(output[.., ..^1].reshape(-1, Words), target[.., 1..].reshape(-1)),
        },
        ["autoencoder"] = Regression(() => nn.Sequential(("in", nn.Linear(5, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 5)))) with { Input = Same, Target = Same },
        ["tied weights"] = Regression(() => new Net((net, x) => nn.functional.relu(net.Call("in", x)).matmul(net.Part<Linear>("in").weight!), ("in", nn.Linear(5, 32)))) with { Input = Same, Target = Same },
        ["two inputs by one branch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", (nn.functional.relu(net.Call("in", x[.., ..5])) - nn.functional.relu(net.Call("in", x[.., 5..]))).abs()), ("in", nn.Linear(5, 32)), ("out", nn.Linear(32, 3))), 10),
        ["branch on both images in one batch"] = Classifier(() => new Net(
            (net, x) => net.Call("out", nn.functional.relu(net.Call("in", cat([x[.., ..5], x[.., 5..]]))).reshape(2, Batch, 32).transpose(0, 1).flatten(1)), ("in", nn.Linear(5, 32)), ("out", nn.Linear(64, 3))), 10),
        ["similarities of all pairs"] = Classifier(() => new Net(
            (net, x) => nn.functional.normalize(net.Call("a", x[.., ..5])).matmul(nn.functional.normalize(net.Call("b", x[.., 5..])).t()) * 10, ("a", nn.Linear(5, 32)), ("b", nn.Linear(5, 32))), 10) with
        { Target = () => arange(Batch) },
        ["nodes of one graph"] = Classifier(() => new Graph(Batch, 5), 5),
        ["frozen body"] = Classifier(() => Frozen(nn.Sequential(("body", nn.Linear(5, 64)), ("relu", nn.ReLU()), ("out", nn.Linear(64, 3)))), 5),
        ["regression"] = Regression(() => nn.Sequential(("hidden", nn.Linear(5, 32)), ("tanh", nn.Tanh()), ("out", nn.Linear(32, 1)))),
        ["group normalisation over tokens"] = Classifier(() => new Net(
            (net, x) => net.Call("out", nn.functional.relu(net.Call("hidden", x.reshape(Batch * Length, 5))).reshape(Batch, Length * 16)), ("hidden", nn.Linear(5, 16)), ("out", nn.Linear(Length * 16, 3))), 5) with
        { Input = () => randn(Batch, Length, 5) },
        ["decoupled decay of weights alone"] = Classifier(() => nn.Sequential(("hidden", nn.Linear(5, 32, hasBias: false)), ("norm", nn.BatchNorm1d(32, affine: false)), ("relu", nn.ReLU()), ("out", nn.Linear(32, 3, hasBias: false))), 5) with
        { Optimizer = model => optim.AdamW(model.parameters(), 1e-3, weight_decay: 0.01) },
    };

    private static Program Classifier(Func<nn.Module<Tensor, Tensor>> model, int features) =>
        new(model, () => randn(Batch, features), () => arange(Batch) % 3);

    private static Program Regression(Func<nn.Module<Tensor, Tensor>> model) =>
        new(model, () => randn(Batch, 5), () => randn(Batch, 1)) { Loss = (output, target) => nn.functional.mse_loss(output, target) };

    private static Program LanguageOf(Func<nn.Module<Tensor, Tensor>> model) => new(model, () => Sequences()[.., ..^1], () => Sequences()[.., 1..])
    {
        Loss = (output, target) => nn.functional.cross_entropy(output.reshape(-1, Words), target.reshape(-1)),
    };

    private static Program Language(bool causal) => LanguageOf(() => new Net(
        (net, x) =>
        {
            var hidden = net.Call("embed", x).transpose(0, 1) + net.Call("place", arange(x.shape[1])).unsqueeze(1);
            long length = x.shape[1];
            var mask = causal ? zeros(length, length).masked_fill(ones(length, length).triu(1).to_type(ScalarType.Bool), double.NegativeInfinity) : null;
            return net.Call("out", net.Part<TransformerEncoderLayer>("encoder").call(hidden, mask!, null!)).transpose(0, 1);
        },
        ("embed", nn.Embedding(Words, 16)),
        ("place", nn.Embedding(2 * Length, 16)),
        ("encoder", nn.TransformerEncoderLayer(16, 2, 32, 0.1)),
        ("out", nn.Linear(16, Words))));

    private static Tensor Sequences()
    {
        var random = new Random(5);
        return tensor([.. Enumerable.Range(0, Batch * (Length + 1)).Select(_ => (long)random.Next(1, Words))]).reshape(Batch, Length + 1);
    }

    private static Tensor Masked()
    {
        var random = new Random(6);
        return tensor([.. Enumerable.Range(0, Batch * Length).Select(_ => random.Next(4) == 0)]).reshape(Batch, Length);
    }

    private static Tensor Same()
    {
        var random = new Random(4);
        return tensor([.. Enumerable.Range(0, Batch * 5).Select(_ => (float)(random.NextDouble() - 0.5))]).reshape(Batch, 5);
    }

    private static nn.Module<Tensor, Tensor> Scaled(nn.Module<Tensor, Tensor> model, double factor)
    {
        using var still = no_grad();
        model.parameters().First().mul_(factor);
        return model;
    }

    private static nn.Module<Tensor, Tensor> Frozen(nn.Module<Tensor, Tensor> model)
    {
        foreach (var parameter in model.parameters().Take(2))
        {
            parameter.requires_grad = false;
        }

        return model;
    }

    private sealed class Graph : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first;
        private readonly Linear _second;
        private readonly Tensor _edges;

        public Graph(int nodes, int features)
            : base("graph")
        {
            _first = nn.Linear(features, 32);
            _second = nn.Linear(32, 3);
            _edges = (eye(nodes) + eye(nodes).roll(1, 0)) / 2;
            RegisterComponents();
            register_buffer("edges", _edges);
        }

        public override Tensor forward(Tensor x) => _second.call(_edges.matmul(nn.functional.relu(_first.call(_edges.matmul(x)))));
    }
}
