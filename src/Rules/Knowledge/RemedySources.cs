namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The papers and articles that remedies cite: title, year, venue and where a stranger finds them.</summary>
internal static class RemedySources
{
    public const string Article = "活性化関数 (activation functions explained), romptn ai, in Japanese: checklist of training trouble";
    public const string ArticleSwitching = "活性化関数 (activation functions explained), romptn ai, in Japanese: when to switch";
    public const string He = "He et al. 2015, Delving Deep into Rectifiers, ICCV, https://arxiv.org/abs/1502.01852";
    public const string Glorot = "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, AISTATS, https://proceedings.mlr.press/v9/glorot10a.html";
    public const string Maas = "Maas et al. 2013, Rectifier nonlinearities improve neural network acoustic models, ICML workshop, https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf";
    public const string Clevert = "Clevert et al. 2016, Fast and accurate deep network learning by exponential linear units (ELUs), ICLR, https://arxiv.org/abs/1511.07289";
    public const string Hendrycks = "Hendrycks and Gimpel 2016, Gaussian error linear units (GELUs), arXiv, https://arxiv.org/abs/1606.08415";
    public const string Ioffe = "Ioffe and Szegedy 2015, Batch normalization, ICML, https://arxiv.org/abs/1502.03167";
    public const string Ba = "Ba et al. 2016, Layer normalization, arXiv, https://arxiv.org/abs/1607.06450";
    public const string Residual = "He et al. 2016, Deep residual learning for image recognition, CVPR, https://arxiv.org/abs/1512.03385";
    public const string Pascanu = "Pascanu et al. 2013, On the difficulty of training recurrent neural networks, ICML, https://arxiv.org/abs/1211.5063";
    public const string Goyal = "Goyal et al. 2017, Accurate, large minibatch SGD: training ImageNet in 1 hour, arXiv, https://arxiv.org/abs/1706.02677";
    public const string Srivastava = "Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting, JMLR 15, https://jmlr.org/papers/v15/srivastava14a.html";
    public const string Loshchilov = "Loshchilov and Hutter 2019, Decoupled weight decay regularization, ICLR, https://arxiv.org/abs/1711.05101";
    public const string Smith = "Smith 2017, Cyclical learning rates for training neural networks, WACV, https://arxiv.org/abs/1506.01186";
    public const string Micikevicius = "Micikevicius et al. 2018, Mixed precision training, ICLR, https://arxiv.org/abs/1710.03740";
    public const string Prechelt = "Prechelt 1998, Early stopping, but when?, Neural Networks: Tricks of the Trade, https://doi.org/10.1007/3-540-49430-8_3";
}
